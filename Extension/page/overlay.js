// Captions over a video: in a tree of their own which no style of the page reaches, and in the top layer, above all else.

const named = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/** Symbols, as paths in a square of 16. */
const symbols = {move: "M8 1v14M1 8h14M6 3l2-2 2 2M6 13l2 2 2-2M3 6 1 8l2 2M13 6l2 2-2 2", close: "M3 3l10 10M13 3 3 13"};

function symbol(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of Object.entries({d: symbols[name], fill: "none", stroke: "currentColor", "stroke-width": "1.8"})) {
    path.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}

const button = (name, label) => named("button", {type: "button", "aria-label": label}, symbol(name));

const share = value => Math.min(1, Math.max(0, value));

/** A step with the arrow keys, as a share of the free width or height. */
const keyStep = 0.05;

const steps = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const corners = [{x: 0, y: 0}, {x: 1, y: 0}, {x: 1, y: 1}, {x: 0, y: 1}];

/** The corner after the one that a place is nearest to, clockwise. */
function nextCorner({x, y}) {
  const nearest = corners.findIndex(corner => corner.x === Math.round(x) && corner.y === Math.round(y));
  return corners[(nearest + 1) % corners.length];
}

/** Shows captions and states in a frame of the window. */
globalThis.Overlay = class Overlay {
  #host = named("div", {popover: "manual"});
  #list = named("ul", {"aria-hidden": "true"});  // screen readers are told by `#told`, once
  #state = named("p", {class: "state", role: "status"});
  #move = button("move", "Move the captions: arrow keys, or press for the next corner");
  #close = button("close", "End the captions");
  #box = named("section", {class: "box", "aria-label": "Captions of sounds"},
    named("div", {class: "texts"}, this.#state, this.#list), named("div", {class: "buttons"}, this.#move, this.#close));
  #told = named("div", {class: "told", role: "log", "aria-label": "Sounds"});
  #place = {x: 0, y: 0};
  #frame = {left: 0, top: 0, width: 0, height: 0};
  #margin = 0;
  #shown = "";
  #said;

  /** Called with the place, when a user has moved the captions. */
  onMoved = () => {};

  /** Called when a user ends captions. */
  onClosed = () => {};

  /** Called when a user wants the options. */
  onOptions = () => {};

  /** `sheet` is the text of `overlay.css`. */
  constructor(sheet) {
    const styles = new CSSStyleSheet();
    styles.replaceSync(sheet);
    const root = this.#host.attachShadow({mode: "closed"});
    root.adoptedStyleSheets = [styles];
    root.append(this.#box, this.#told);
    this.#close.addEventListener("click", () => this.onClosed());
    this.#listenToKeys();
    this.#listenToPointer();
  }

  remove() {
    this.#host.remove();
  }

  /** The element of the page in which it hangs. */
  get holder() {
    return this.#host.parentNode;
  }

  /** Hangs in an element, above all there is: what came into the top layer since is above what was there before. */
  raise(holder) {
    this.#host.remove();
    holder.append(this.#host);
    this.#host.showPopover();
  }

  /** The look: style variables, and the place as shares of the free width and height. */
  set look({variables, place}) {
    for (const [name, value] of Object.entries(variables)) this.#box.style.setProperty(name, value);
    this.#place = place;
  }

  /** Puts captions into a frame: the video's, in the window. */
  fit({left, top, width, height}) {
    this.#frame = {left, top, width, height};
    this.#margin = Math.round(Math.min(width, height) * 0.02);
    this.#box.style.setProperty("--line", `${Math.max(15, height * 0.045)}px`);
    this.#box.style.maxWidth = `${Math.max(0, width - 2 * this.#margin)}px`;
    const {width: freeWidth, height: freeHeight} = this.#free;
    this.#box.style.left = `${left + this.#margin + this.#place.x * freeWidth}px`;
    this.#box.style.top = `${top + this.#margin + this.#place.y * freeHeight}px`;
    const isEmpty = !this.#list.hasChildNodes() && !this.#state.hasChildNodes();
    const isInUse = this.#box.matches(":has(:focus-visible), :hover");  // its buttons do not go from under who is at them
    this.#box.hidden = width === 0 || (isEmpty && !isInUse);
  }

  /** Shows these labels, and tells a screen reader those. */
  show(labels, news) {
    for (const label of news) this.#told.append(named("div", {}, label));
    while (this.#told.childElementCount > 20) this.#told.firstChild.remove();
    const shown = labels.join("\n");
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...labels.map(label => named("li", {}, label)));
  }

  /** Says the state that captions are in; nothing without a text. */
  say({text, command, isTrouble} = {}) {
    if (text === this.#said) return;
    this.#said = text;
    const options = named("button", {type: "button"}, "Options");
    options.addEventListener("click", () => this.onOptions());
    this.#state.replaceChildren(...[
      text, command && named("code", {}, command), isTrouble && options,
    ].filter(Boolean));
  }

  get #free() {
    const {width, height} = this.#box.getBoundingClientRect();
    return {
      width: Math.max(0, this.#frame.width - 2 * this.#margin - width),
      height: Math.max(0, this.#frame.height - 2 * this.#margin - height),
    };
  }

  #moveTo({x, y}) {
    this.#place = {x: share(x), y: share(y)};
    this.fit(this.#frame);
  }

  // The page has shortcuts of its own for these keys.
  #listenToKeys() {
    for (const kind of ["keydown", "keyup", "keypress"]) this.#box.addEventListener(kind, event => event.stopPropagation());
    this.#move.addEventListener("keydown", event => {
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      this.#moveTo({x: this.#place.x + step[0] * keyStep, y: this.#place.y + step[1] * keyStep});
      this.onMoved(this.#place);
    });
    this.#move.addEventListener("click", ({detail}) => {
      if (detail > 0) this.#move.blur();  // pressed with the pointer: the next key is for the page
      this.#moveTo(nextCorner(this.#place));
      this.onMoved(this.#place);
    });
  }

  #listenToPointer() {
    let from;
    this.#box.addEventListener("pointerdown", event => {
      if (event.button !== 0 || event.target.closest("button, code")) return;
      from = {x: event.clientX, y: event.clientY, place: this.#place};
      this.#box.setPointerCapture(event.pointerId);
    });
    this.#box.addEventListener("pointermove", event => {
      if (!from) return;
      const {width, height} = this.#free;
      this.#moveTo({
        x: from.place.x + (width && (event.clientX - from.x) / width),
        y: from.place.y + (height && (event.clientY - from.y) / height),
      });
    });
    this.#box.addEventListener("lostpointercapture", () => {
      if (from && from.place !== this.#place) this.onMoved(this.#place);
      from = undefined;
    });
    for (const kind of ["click", "dblclick", "pointerdown", "mousedown"]) {
      this.#box.addEventListener(kind, event => event.stopPropagation());  // a click here neither pauses nor plays
    }
  }
};
