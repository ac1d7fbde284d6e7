// What a run looks like now. The server sends "curves" (all points), "points" (those that are new) and "picture" (the rest).

import {BarChart, CurveChart, short} from "./charts.js";

const find = id => document.getElementById(id);
const grouped = value => Math.round(value).toLocaleString("en");
const percent = value => (value * 100).toFixed(value < 0.1 ? 1 : 0) + " %";
const bytes = value => short(value).replace(/[kMG]?$/, " $&B");
const fixed = digits => value => value.toFixed(digits);

function made(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

// Curves

const charts = find("charts");
const curve = (value, colour = "one", name = "") => ({value, colour, name});
const ofTraining = [
  new CurveChart(charts, "Loss", [curve(point => point.loss)]),
  new CurveChart(charts, "Examples a second", [curve(point => point.examples_per_second)],
    {text: grouped, fromZero: true}),
  new CurveChart(charts, "Learning rate", [curve(point => point.learning_rate)], {fromZero: true}),
  new CurveChart(charts, "Bytes a second, all servers", [curve(point => point.bytes_per_second)],
    {text: bytes, fromZero: true}),
  new CurveChart(charts, "Workers wait for servers", [curve(point => point.waiting_share)],
    {text: percent, fromZero: true}),
  new CurveChart(charts, "Mean staleness", [curve(point => point.staleness_mean)],
    {text: fixed(2), fromZero: true}),
];
const staleness = new BarChart(charts, "Staleness of updates");
const ofValidation = [
  new CurveChart(charts, "Validation", [
    curve(result => result.map, "one", "mAP"), curve(result => result.auc, "two", "AUC"),
  ], {text: fixed(3)}),
  new CurveChart(charts, "Validation loss", [curve(result => result.loss)]),
];

let points = [];

/** As the record is kept: a point goes where the run has gone back before it. */
function add(more) {
  for (const point of more) {
    while (points.length && points[points.length - 1].step >= point.step) points.pop();
    points.push(point);
  }
  for (const chart of ofTraining) chart.show(points);
}

// The rest

function tile(name, value, unit = "") {
  const tile = made("div", undefined, "tile");
  tile.append(made("strong", value ?? "–"), made("span", unit ? `${name}, ${unit}` : name));
  return tile;
}

function showTiles(status, validation) {
  const best = status.best_validation ?? validation[validation.length - 1];
  const waits = status.step_seconds ? status.exposed_seconds_per_step / status.step_seconds : null;
  find("tiles").replaceChildren(
    tile("loss", status.loss?.toPrecision(4)),
    tile("examples a second", grouped(status.examples_per_second)),
    tile("workers", String(status.processes.filter(isRunningWorker).length), `${status.desired_workers} wanted`),
    tile("a mini-batch", status.step_seconds == null ? null : `${short(status.step_seconds)} s`,
      waits == null ? "" : `${percent(waits)} waiting`),
    tile("staleness", status.staleness_mean.toFixed(2), "mean"),
    tile("best mAP", best?.map?.toFixed(4), best ? `step ${grouped(best.step)}` : "no evaluator yet"),
  );
}

const isRunningWorker = process => process.role === "worker" && process.state === "running";

function bar(value, most, text) {
  const cell = made("td");
  if (value == null) return cell;
  const meter = made("meter");
  Object.assign(meter, {min: 0, max: most || 1, value});
  meter.setAttribute("aria-label", text);
  cell.append(meter, text);
  return cell;
}

function showProcesses(processes) {
  const most = key => Math.max(...processes.map(process => process[key] ?? 0));
  const [mostShare, mostBytes] = [most("shard_bytes"), most("bytes_per_second")];
  find("processes").replaceChildren(...processes.map(process => {
    const row = made("tr");
    row.append(
      made("td", `${process.role} ${process.index}`), made("td", process.state, process.state),
      bar(process.shard_bytes, mostShare, bytes(process.shard_bytes ?? 0)),
      bar(process.bytes_per_second, mostBytes, `${bytes(process.bytes_per_second ?? 0)}/s`),
      made("td", process.address, "detail"), made("td", process.pid, "detail number"));
    return row;
  }));
}

/** The list anew, where it has changed: who scrolls in it is not disturbed. */
function showList(id, items) {
  const list = find(id), text = JSON.stringify(items.map(parts => parts.map(part => part.outerHTML)));
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...items.map(parts => {
    const item = made("li");
    item.append(...parts);
    return item;
  }));
  if (!items.length) list.append(made("li", "nothing yet", "quiet"));
}

function time(seconds) {
  const date = new Date(seconds * 1000), made_ = made("time", date.toLocaleTimeString("en-GB"));
  made_.dateTime = date.toISOString();
  made_.title = date.toLocaleString();
  return made_;
}

const isBad = event => event.kind === "silent" || event.kind === "failed";

function showPicture(picture) {
  const {status} = picture;
  document.title = `${picture.run} · Antiphon`;
  find("run").textContent = picture.run;
  find("settings").textContent = `${picture.model}, ${grouped(picture.labels)} labels, mini-batches of `
    + `${grouped(picture.batch)}, ${picture.optimizer}, ${picture.consistency}`;
  showList("events", picture.events.toReversed().map(event => [
    time(event.unix_seconds), made("span", event.text, isBad(event) ? "trouble" : ""),
  ]));
  showList("checkpoints", picture.checkpoints.toReversed().map(checkpoint => [
    made("span", grouped(checkpoint.step), "step"),
    made("span", checkpoint.name + (checkpoint.is_best ? ": the best one" : ""), checkpoint.is_best ? "best" : ""),
  ]));
  for (const chart of ofValidation) chart.show(picture.validation);
  if (!status) return;
  const left = (status.steps - status.step) * picture.batch / status.examples_per_second;
  const isMoving = status.state === "running" && isFinite(left);
  find("state").textContent = status.state;
  find("state").className = `badge ${status.state}`;
  find("progress").value = status.step / status.steps;
  find("steps").textContent = `step ${grouped(status.step)} of ${grouped(status.steps)}, epoch ${status.epoch}, `
    + `${grouped(status.examples)} examples` + (isMoving ? `, ${duration(left)} left` : "");
  tell(status.last_checkpoint_error ? `No checkpoint could be made: ${status.last_checkpoint_error}` : "");
  showTiles(status, picture.validation);
  showProcesses(status.processes);
  staleness.show(status.staleness_histogram, `mean ${status.staleness_mean.toFixed(2)}`);
}

function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `${Math.round(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tell(trouble) {
  find("trouble").textContent = trouble;
  find("trouble").hidden = !trouble;
}

const events = new EventSource("events");
events.addEventListener("curves", event => { points = []; add(JSON.parse(event.data)); });
events.addEventListener("points", event => add(JSON.parse(event.data)));
events.addEventListener("picture", event => showPicture(JSON.parse(event.data)));
events.addEventListener("error", () => tell("'antiphon dashboard' has ended: start it again, and this page goes on."));
