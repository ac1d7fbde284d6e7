// Curves and bars as SVG, drawn anew whenever there is something new to see.

const height = 176, left = 46, right = 8, top = 8, bottom = 20;

/** A number in three digits: 1,234 as 1.23k, 0.00012 as 1.2e-4. */
export function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  for (const [unit, name] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (size >= unit) return Number((value / unit).toPrecision(3)) + name;
  }
  const rounded = Number(value.toPrecision(3));
  return size < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** Round numbers, about `count` of them, that cover low to high. */
function ticks(low, high, count) {
  const raw = (high - low) / count || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(times => times * power).find(step => step >= raw * 0.999);
  const marks = [];
  for (let at = Math.floor(low / step); at * step < high + step * 0.999; at++) marks.push(at * step);
  return marks;
}

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  if (text !== undefined) made.textContent = text;
  return made;
}

function figure(parent, title) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const value = document.createElement("output");
  caption.append(title, value);
  const svg = element("svg", {role: "img", "aria-label": title});
  figure.append(caption, svg);
  parent.append(figure);
  return {svg, value};
}

/** The axes' numbers and lines; where a value lies, in pixels. */
function axes(svg, width, marks, stepMarks) {
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const [first, last] = [stepMarks[0], stepMarks[stepMarks.length - 1]];
  const x = step => left + (width - left - right) * (last > first ? (step - first) / (last - first) : 0.5);
  const y = value => top + (height - top - bottom) * (1 - (value - low) / (high - low));
  for (const mark of marks) {
    svg.append(element("line", {class: "grid", x1: left, x2: width - right, y1: y(mark), y2: y(mark)}));
    svg.append(element("text", {x: left - 6, y: y(mark) + 4, "text-anchor": "end"}, short(mark)));
  }
  for (const [place, step] of [...new Set([first, last])].entries()) {
    svg.append(element("text", {x: x(step), y: height - 4, "text-anchor": place ? "end" : "start"}, short(step)));
  }
  return {x, y};
}

/** A chart of curves over steps. */
export class CurveChart {
  /**
   * @param curves Each with a name (for the key, if there are several), a colour, and the value of a point.
   * @param text A value for people.
   */
  constructor(parent, title, curves, {text = short, fromZero = false} = {}) {
    Object.assign(this, figure(parent, title), {title, curves, text, fromZero, points: []});
    this.svg.addEventListener("pointermove", event => { this.pointer = event.offsetX; this.draw(); });
    this.svg.addEventListener("pointerleave", () => { this.pointer = undefined; this.draw(); });
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  show(points) {
    this.points = points.filter(point => this.curves.some(curve => curve.value(point) != null));
    this.draw();
  }

  draw() {
    const {svg, points, curves} = this, width = svg.clientWidth;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!points.length || !width) {
      svg.append(element("text", {x: left, y: height / 2}, "nothing yet"));
      return;
    }
    const values = curves.flatMap(curve => points.map(curve.value)).filter(value => value != null);
    if (this.fromZero) values.push(0);
    const marks = ticks(Math.min(...values), Math.max(...values), 4);
    if (marks.length < 2) marks.push(marks[0] + (Math.abs(marks[0]) || 1));
    const {x, y} = axes(svg, width, marks, [points[0].step, points[points.length - 1].step]);
    for (const curve of curves) {
      const there = points.filter(point => curve.value(point) != null);
      const line = there.map(point => `${x(point.step).toFixed(1)},${y(curve.value(point)).toFixed(1)}`);
      const style = `stroke: var(--${curve.colour})`;
      if (line.length > 1) svg.append(element("polyline", {class: "curve", style, points: line.join(" ")}));
      else if (line.length) {
        const [cx, cy] = line[0].split(",");
        svg.append(element("circle", {cx, cy, r: 3, style: `fill: var(--${curve.colour})`}));
      }
    }
    this.tell(x);
  }

  /** The values under the pointer, or the last ones. */
  tell(x) {
    const distance = point => Math.abs(x(point.step) - this.pointer);
    const point = this.pointer === undefined
      ? this.points[this.points.length - 1]
      : this.points.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    if (this.pointer !== undefined) {
      const at = x(point.step);
      this.svg.append(element("line", {class: "cursor", x1: at, x2: at, y1: top, y2: height - bottom}));
    }
    const facts = this.curves.filter(curve => curve.value(point) != null).map(curve => {
      const fact = document.createElement("span");
      fact.textContent = (curve.name ? curve.name + " " : "") + this.text(curve.value(point));
      if (curve.name) {
        fact.className = "key";
        fact.style.color = `var(--${curve.colour})`;
      }
      return fact;
    });
    const place = this.pointer === undefined ? [] : [` at step ${point.step.toLocaleString("en")}`];
    this.value.replaceChildren(...facts.flatMap((fact, at) => (at ? [" ", fact] : [fact])), ...place);
    this.svg.setAttribute("aria-label", `${this.title}: ${this.value.textContent}`);
  }
}

/** How often there was which whole number, the last of which stands for all above. */
export class BarChart {
  constructor(parent, title) {
    Object.assign(this, figure(parent, title), {title, counts: []});
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  show(counts, about) {
    this.counts = counts;
    this.value.textContent = about;
    this.svg.setAttribute("aria-label", `${this.title}: ${about}`);
    this.draw();
  }

  draw() {
    const {svg, counts} = this, width = svg.clientWidth, total = counts.reduce((a, b) => a + b, 0);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!total || !width) return;
    const end = counts.findLastIndex(count => count > 0) + 1;
    const shares = counts.slice(0, end).map(count => count / total);
    const {y} = axes(svg, width, ticks(0, Math.max(...shares), 4), [0, end - 1]);
    const room = (width - left - right) / end;
    shares.forEach((share, at) => svg.append(element("rect", {
      class: "bar", x: left + at * room + room * 0.1, width: room * 0.8, y: y(share), height: y(0) - y(share),
    })));
  }
}
