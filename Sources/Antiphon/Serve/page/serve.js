// Hands a recording to the service, and shows its captions as they come; or those of the microphone.

import {Microphone} from "./live.js";
import {clock, drawCaptions, drawScores, drawSpectrogram, shareOfPicture} from "./picture.js";

const find = id => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token");

/** An address of the service, which a page may have to name its token in. */
function address(path, words = {}) {
  const query = new URLSearchParams({...words, ...(token ? {token} : {})}).toString();
  return query ? `${path}?${query}` : path;
}

async function ask(path, options, words) {
  const answer = await fetch(address(path, words), options).catch(error => {
    if (error.name === "AbortError") throw error;
    throw new Error("The caption service does not answer: see whether it still runs, then try again");
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

function complain(error) {
  find("trouble").textContent = error.message;
  find("trouble").hidden = false;
}

// Captions

/** By their beginning; those of the microphone as they came. */
let captions = [];

function listed(caption) {
  const item = document.createElement("li"), time = document.createElement("time");
  const label = document.createElement("span"), score = document.createElement("span");
  const end = caption.end_seconds;
  time.textContent = `${clock(caption.begin_seconds)} – ${end === null ? "now" : clock(end)}`;
  label.textContent = caption.label;
  score.textContent = `${Math.round(caption.score * 100)} %`;
  score.className = "number";
  item.append(time, label, score);
  item.classList.toggle("now", end === null);
  return item;
}

function listNothing() {
  captions = [];
  const item = document.createElement("li");
  item.textContent = "Nothing that has a label, so far";
  item.className = "nothing";
  find("list").replaceChildren(item);
}

/** Puts one where it belongs, for they come in any order: to list thousands anew each time takes far too long. */
function insert(caption) {
  if (!captions.length) find("list").replaceChildren();
  const index = captions.findLastIndex(other => other.begin_seconds <= caption.begin_seconds) + 1;
  captions.splice(index, 0, caption);
  find("list").insertBefore(listed(caption), find("list").children[index] ?? null);
}

/** In the place of what was told in parts. */
function listAll(all) {
  listNothing();
  captions = all;
  if (all.length) find("list").replaceChildren(...all.map(listed));
}

function listNewestFirst() {
  if (!captions.length) return;
  const ordered = captions.toSorted((one, other) => other.begin_seconds - one.begin_seconds);
  find("list").replaceChildren(...ordered.slice(0, 100).map(listed));
}

// A recording

/** What is heard now. What was before it tells nothing any more, which is looked at after each wait. */
let current = {};

/** Ends what is heard, and makes room for what is heard next. */
function begin() {
  stopListening();
  current.upload?.abort();
  current.events?.close();
  if (current.job) forget(current.job);
  current = {};
  for (const id of ["trouble", "seen", "files"]) find(id).hidden = true;
  find("work").hidden = false;
  find("progress").removeAttribute("value");
  find("state").textContent = "on its way";
  listNothing();
  return current;
}

/** Nobody waits for it any more, and others need not either. */
function forget(job) {
  ask(`captions/${job}`, {method: "DELETE"}).catch(() => {});
}

async function hear(recording, options) {
  try {
    recording.upload = new AbortController();
    const {id} = await ask("captions", {method: "POST", signal: recording.upload.signal, ...options});
    if (recording !== current) return forget(id);
    recording.job = id;
    follow(recording);
  } catch (error) {
    if (recording !== current) return;
    find("work").hidden = true;
    complain(error.name === "AbortError" ? new Error("cancelled") : error);
  }
}

function follow(recording) {
  const events = recording.events = new EventSource(address(`captions/${recording.job}`));
  // It opens itself anew, and is told all from the beginning.
  events.addEventListener("open", listNothing);
  events.addEventListener("progress", event => showProgress(JSON.parse(event.data)));
  events.addEventListener("caption", event => insert(JSON.parse(event.data)));
  events.addEventListener("done", event => finish(recording, JSON.parse(event.data)));
  events.addEventListener("failed", event => finish(recording, JSON.parse(event.data)));
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) {
      const error = "The caption service no longer knows this recording, as after a restart: hand it in again";
      finish(recording, {error});
    } else {
      find("state").textContent = "The caption service does not answer, and is asked again: see whether it still runs";
    }
  });
}

function showProgress({state, progress, duration_seconds: seconds}) {
  if (progress) find("progress").value = progress;
  const part = seconds ? ` of ${clock(seconds)}` : "";
  find("state").textContent = state === "running" ? `${Math.round(progress * 100)} %${part}` : state;
}

async function finish(recording, told) {
  recording.events.close();
  recording.job = undefined;
  find("work").hidden = true;
  if (told.state !== "done") return complain(new Error(told.error ?? "cancelled"));
  if (told.note) complain(new Error(told.note));
  for (const format of ["vtt", "srt", "json"]) find(format).href = address(`captions/${told.id}`, {format});
  find("files").hidden = false;
  const seconds = recording.seconds = told.duration_seconds;
  find("length").textContent = clock(seconds);
  try {
    const formats = ["json", "picture"].map(format => ask(`captions/${told.id}`, {}, {format}));
    const [{captions: all}, picture] = await Promise.all(formats);
    if (recording !== current) return;
    listAll(all);
    find("seen").hidden = false;
    drawSpectrogram(picture, seconds);
    drawScores(picture, seconds);
    drawCaptions(captions, seconds);
  } catch (error) {
    if (recording === current) complain(error);
  }
}

// The player, where the recording is here

const player = find("player");

function play(file) {
  if (player.src) URL.revokeObjectURL(player.src);
  player.removeAttribute("src");
  player.hidden = find("cursor").hidden = true;
  find("now").textContent = "";
  if (file) player.src = URL.createObjectURL(file);
  else player.load();  // until then the last one plays on
}

player.addEventListener("loadedmetadata", () => {
  player.hidden = false;
  player.classList.toggle("sound", !player.videoWidth);
});

player.addEventListener("timeupdate", () => {
  if (player.hidden) return;  // one that is emptied tells that, too
  const canvas = find("spectrogram"), cursor = find("cursor"), now = player.currentTime;
  // Not by the player's length: that is infinite where a recording does not say its own.
  const share = shareOfPicture(now, current.seconds);
  cursor.hidden = share === undefined;
  if (!cursor.hidden) cursor.style.left = `${canvas.offsetLeft + canvas.clientWidth * share}px`;
  const sounding = captions.filter(({begin_seconds: from, end_seconds: to}) => from <= now && now < to);
  find("now").textContent = sounding.map(caption => `[${caption.label}]`).join(" ");
});

function take(file) {
  if (!file) return;
  const recording = begin();
  play(file);
  hear(recording, {body: file, headers: {"Content-Type": file.type || "application/octet-stream"}});
}

find("file").addEventListener("change", event => { take(event.target.files[0]); event.target.value = ""; });
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.body.addEventListener(name, event => {
    event.preventDefault();
    find("drop").classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name === "drop") take(event.dataTransfer.files[0]);
  });
}

find("fetch").addEventListener("submit", event => {
  event.preventDefault();
  const recording = begin();
  play();
  hear(recording, {body: JSON.stringify({url: find("url").value}), headers: {"Content-Type": "application/json"}});
});

find("cancel").addEventListener("click", () => {
  if (!current.job) return current.upload?.abort();
  ask(`captions/${current.job}`, {method: "DELETE"}).catch(complain);
});

// The microphone

let microphone;

function stopListening() {
  microphone?.close();
  microphone = undefined;
  find("listen").setAttribute("aria-pressed", "false");
  find("listen").textContent = "Listen to the microphone";
}

function hearLive(sound, told) {
  if (sound !== current) return;
  if (told.error) return endLive(sound, told.error);
  sound.heardSeconds = told.heard_seconds;
  for (const caption of told.captions) {
    captions = [...captions.filter(({id}) => id !== caption.id), caption].slice(-200);
  }
  listNewestFirst();
}

/** What went on goes on no more, as far as is known. */
function endLive(sound, reason) {
  if (sound !== current || sound.isOver) return;
  sound.isOver = true;
  stopListening();
  const end = caption => caption.end_seconds ?? Math.max(caption.begin_seconds, sound.heardSeconds);
  captions = captions.map(caption => ({...caption, end_seconds: end(caption)}));
  listNewestFirst();
  if (reason) complain(new Error(reason));
}

find("listen").addEventListener("click", async () => {
  if (microphone) return endLive(current);
  const sound = begin();
  play();
  find("work").hidden = true;
  const socket = new URL(address("live"), location.href);
  socket.protocol = socket.protocol.replace("http", "ws");
  try {
    const gone = "The caption service listens no more: see whether it still runs, then try again";
    const opened = await Microphone.open(socket, told => hearLive(sound, told), () => endLive(sound, gone));
    if (sound !== current) return opened.close();
    microphone = opened;
    find("listen").setAttribute("aria-pressed", "true");
    find("listen").textContent = "Stop listening";
  } catch (error) {
    if (sound === current) complain(error);
  }
});

listNothing();
ask("labels").then(({labels, model}) => {
  find("model").textContent = `${labels.length} labels, heard by a network ${model}`;
}).catch(complain);
