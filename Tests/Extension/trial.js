// The trial of the extension: what a user does, one after the other, and what must be seen.

import assert from "node:assert/strict";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {fileURLToPath} from "node:url";
import {join} from "node:path";
import {Browser} from "./browser.js";
import {makeFilm, sounds, tones} from "./film.js";
import {KnownService} from "./known-service.js";
import {site} from "./site.js";
import {WatchedPage, until} from "./watched-page.js";

const extension = fileURLToPath(new URL("../../Extension", import.meta.url));
const say = text => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
const pause = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/** What was late, and how much, of the sounds that began in what was played: {label: seconds}. */
function delays(seen, from, to) {
  return sounds.filter(({begin}) => begin > from && begin < to - 2).map(({label, begin}) => {
    const first = seen.find(({time, labels}) => time > begin - 0.5 && labels.includes(label));
    return {label, begin, delay: first ? first.time - begin : Infinity};
  });
}

/** What was on the screen though it did not sound, with `slack` seconds granted at the beginning and the end. */
function wrong(seen, slack) {
  return seen.flatMap(({time, labels}) => labels.filter(label => !sounds.some(sound =>
    sound.label === label && time > sound.begin - slack && time < Math.max(sound.end, sound.begin + 1.5) + slack))
    .map(label => `${label} at ${time.toFixed(2)} s`));
}

class Trial {
  #pictures;
  #folder = mkdtempSync(join(tmpdir(), "antiphon-trial-"));

  constructor(pictures) {
    this.#pictures = pictures;
  }

  async begin() {
    const film = join(this.#folder, "film.webm");
    makeFilm(film);
    this.site = site(film);
    await new Promise(resolve => this.site.listen(0, resolve));
    this.origin = `http://localhost:${this.site.address().port}`;
    this.browser = new Browser(process.env.CHROMIUM ?? "chromium", ["--autoplay-policy=no-user-gesture-required"]);
    const {id} = await this.browser.send("Extensions.loadUnpacked", {path: extension});
    this.id = id;
    await this.startService();  // for a free port
    await this.service.close();
  }

  async startService() {
    this.service = new KnownService({film: `${this.origin}/film.webm`, sounds, tones});
    this.port = await this.service.listen(this.port ?? 0);
  }

  async end() {
    await this.browser?.close();
    await this.service?.close();
    this.site?.closeAllConnections();
    this.site?.close();
    rmSync(this.#folder, {recursive: true, force: true});
  }

  async open(path) {
    const page = await this.browser.open(this.origin + path);
    await until("the page", () => page.evaluate(`location.pathname === "${path}" && document.readyState === "complete"`));
    return page;
  }

  /** Presses the extension's button in a page, as a user would; resolves to the popup. */
  async press(page) {
    for (const {targetId} of await this.browser.targets(`chrome-extension://${this.id}/pages/popup.html`)) {
      await this.browser.send("Target.closeTarget", {targetId}).catch(() => {});
    }
    const address = await page.evaluate("location.href");
    await page.send("Page.bringToFront");
    const tab = (await this.browser.targets(address)).find(({type}) => type === "tab");
    await this.browser.send("Extensions.triggerAction", {id: this.id, targetId: tab.targetId});
    const popup = await until("the popup", async () =>
      (await this.browser.targets(`chrome-extension://${this.id}/pages/popup.html`)).find(({type}) => type === "page"));
    return this.browser.attach(popup.targetId);
  }

  async picture(page, name, isWhole) {
    if (this.#pictures) writeFileSync(join(this.#pictures, `extension-${name}.png`), await page.screenshot(isWhole));
  }

  options() {
    return this.browser.open(`chrome-extension://${this.id}/pages/options.html`);
  }
}

/** No service runs: the state says what to do, and captions begin by themselves when it is there. */
async function serviceAway(trial) {
  const page = await trial.open("/light");
  const popup = await trial.press(page);
  const watched = new WatchedPage(page);
  await watched.watch();
  await until("the overlay says that there is no service", async () => /No answer/.test(await watched.state()));
  assert.match(await watched.state(), new RegExp(`--allow-origin chrome-extension://${trial.id}`));
  await until("the popup says so, too", () => popup.evaluate("/No answer/.test(document.body.innerText)"));
  await trial.picture(page, "unreachable");
  await trial.startService();
  await until("a service without its token: the state says so", async () => /token/.test(await watched.state()));
  say("service away, token wrong: the states say what to do");
  return {page, watched};
}

/** Says in the options where the service is, and its token; resolves when the answer is shown. */
async function setService(trial, options, token, answer) {
  await until("the options", () => options.evaluate("Boolean(document.getElementById('answer')?.textContent)"));
  await options.evaluate(`(() => {
    document.getElementById("service").value = "http://127.0.0.1:${trial.port}";
    document.getElementById("token").value = "${token}";
    document.getElementById("service-form").requestSubmit();
  })()`);
  await until(`"${answer}" in the options`, () =>
    options.evaluate(`document.getElementById("answer").textContent.includes("${answer}")`));
}

async function byAddress(trial, {page, watched}) {
  await until("the film is asked for", () => trial.service.asked.includes(`${trial.origin}/film.webm`));
  await page.send("Page.bringToFront");
  await watched.watch();
  const seen = await watched.play(0, 16);
  report("by address", delays(seen, 0, 16), wrong(seen, 0.5), 0.5);
  return seen;
}

function report(way, delays, wrong, limit) {
  say(`${way}: ${delays.map(({label, begin, delay}) => `${label} ${begin} s ${delay >= 0 ? "+" : ""}${delay.toFixed(2)}`).join(", ")}`);
  assert.deepEqual(wrong, []);
  for (const {label, begin, delay} of delays) {
    assert.ok(Math.abs(delay) <= limit, `${way}: ${label} at ${begin} s came ${delay} s late`);
  }
}

/** Moved, paused and in full screen: captions are where they belong. */
async function seekAndPause({watched}) {
  const before = await watched.play(8.8, 9.3);
  assert.deepEqual(before.at(-1).labels, ["Whistling", "Bird song"]);
  const after = await watched.play(15, 16);
  assert.deepEqual(after.flatMap(({labels}) => labels), [], "what sounded before the move must not be shown after it");
  await watched.play(20.5, 21);
  await watched.pause();
  await pause(3);
  assert.deepEqual(await watched.labels(), ["Whistling"], "a pause keeps what is shown");
  say("moved and paused: captions stay with their sounds");
}

async function inFullScreen({page, watched}, element) {
  await page.evaluate(`document.querySelector("${element}").requestFullscreen()`);
  await until("the captions are in the full screen", () => watched.call(`function () {
    const {x, y} = this.getBoundingClientRect();
    const {width} = document.querySelector("video").getBoundingClientRect();
    return document.fullscreenElement !== null && width === innerWidth && x > 0 && x < 40 && y > 0 && y < 80;
  }`));
  say(`full screen of <${element}>: the captions are in it`);
}

/** In an element that can hold them, captions are clicked and read out in full screen, too. */
async function isWholeInFullScreen({page, watched}) {
  const isAbove = await watched.call(`function () {
    const {x, y, width, height} = this.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === this.getRootNode().host;
  }`);
  assert.ok(isAbove, "the captions must lie above the full screen");
  const {nodes} = await page.send("Accessibility.getFullAXTree");
  assert.ok(nodes.some(({role, ignored}) => role?.value === "log" && !ignored), "a screen reader reads captions in full screen");
}

const leaveFullScreen = page => page.evaluate("document.exitFullscreen()");

/** A page that gives its sound to nobody: the service declines its address, and the tab is listened to. */
async function live(trial) {
  const page = await trial.open("/dark");
  await until("the film", () => page.evaluate("document.querySelector('video').readyState >= 3"));
  await trial.press(page);
  const watched = new WatchedPage(page);
  await watched.watch();
  await until("the tab is listened to", async () => /Listening/.test(await watched.state()));
  assert.ok(trial.service.asked.includes(`${trial.origin}/dark`), "the page's address was tried first");
  const seen = await watched.play(0, 16);
  report("live", delays(seen, 0, 16), wrong(seen, 2), 2);
  const listener = trial.service.listeners.at(-1);
  say(`live: ${listener.heard} samples, ${(listener.purity * 100).toFixed(1)} % of the power of tones is where they are`);
  assert.ok(listener.purity > 0.9, "the samples are not the film's sound at 16 kHz");
  return {page, watched};
}

/** A second of life: what sounded is not shown where it did not. */
async function liveSeek({watched}) {
  const before = await watched.play(19, 22);
  assert.ok(before.at(-1).labels.includes("Whistling"));
  const after = await watched.play(24, 26);
  assert.deepEqual(wrong(after, 0), [], "what sounded before the move must not be shown after it");
  await watched.play(20.3, 21);
  assert.deepEqual(await watched.labels(), ["Whistling"], "what was heard once is known where the video goes back to");
  await watched.pause();
  await pause(3);
  assert.deepEqual(await watched.labels(), ["Whistling"], "a pause keeps what is shown");
  say("live, moved and paused: captions stay with their sounds");
}

/** What is set in the options holds at once, in a page that is open. */
async function settings(trial, options, {page, watched}) {
  await page.send("Page.bringToFront");
  await watched.play(28, 29);
  await watched.pause();
  assert.deepEqual(await watched.labels(), ["Bird song"]);
  await options.evaluate(`[...document.querySelectorAll("#labels label")].find(label => label.textContent === "Bird song").click()`);
  await until("a sound that is not wanted goes", async () => (await watched.labels()).length === 0);
  await options.evaluate(`document.getElementById("all").click()`);
  await until("and comes back", async () => (await watched.labels()).length === 1);
  const small = (await watched.frames()).box.height;
  await options.evaluate(`(() => { const size = document.getElementById("size"); size.value = 200; size.dispatchEvent(new Event("input")); })()`);
  await until("captions grow", async () => (await watched.frames()).box.height > 1.5 * small);
  await options.evaluate(`(() => { const size = document.getElementById("size"); size.value = 100; size.dispatchEvent(new Event("input")); })()`);
  say("options hold at once");
}

async function moveByKeysAndPointer({page, watched}) {
  await page.send("Page.bringToFront");
  const {box, video} = await watched.frames();
  await watched.call("function () { this.querySelector('.buttons button').focus() }");
  for (const key of ["ArrowRight", "ArrowDown"]) {
    await page.send("Input.dispatchKeyEvent", {type: "keyDown", key, code: key});
    await page.send("Input.dispatchKeyEvent", {type: "keyUp", key, code: key});
  }
  const byKeys = (await watched.frames()).box;
  assert.ok(byKeys.x > box.x && byKeys.y > box.y, "the arrow keys move captions");
  const mouse = (type, x, y) => page.send("Input.dispatchMouseEvent", {type, x, y, button: "left", buttons: 1, clickCount: 1});
  await mouse("mousePressed", byKeys.x + 8, byKeys.y + byKeys.height - 4);
  await mouse("mouseMoved", byKeys.x + 3000, byKeys.y + 3000);
  await mouse("mouseReleased", byKeys.x + 3000, byKeys.y + 3000);
  const byPointer = (await watched.frames()).box;
  const inside = byPointer.x + byPointer.width <= video.x + video.width && byPointer.y + byPointer.height <= video.y + video.height;
  assert.ok(inside && byPointer.y > byKeys.y + 100, "the pointer moves captions, and never out of the video");
  await watched.call("function () { const move = this.querySelector('.buttons button'); move.click(); move.click(); move.blur() }");
  await mouse("mouseMoved", 1, 1);
  await until("two corners on, they are where they were", async () => {
    const back = (await watched.frames()).box;
    return Math.abs(back.x - box.x) < 2 && Math.abs(back.y - box.y) < 2;
  });
  say("moved by keys, by pointer and from corner to corner");
}

/** Who wants the service to hear nothing but sound sets so, and the video that is captioned by its address is listened to. */
async function soundOnly(trial, options, {page, watched}) {
  await options.evaluate(`document.getElementById("sound-only").click()`);
  await page.send("Page.bringToFront");
  await until("the tab is listened to", async () => /Listening/.test(await watched.state()));
  report("live, of a file", delays(await watched.play(32, 36), 32, 36), [], 2);
  await watched.pause();
}

/** A page that is loaded again is captioned again, without the button. */
async function reload({page, watched}) {
  await page.evaluate("window.isOld = true");
  await page.send("Page.reload");
  await until("the page is loaded again", () => page.evaluate("!window.isOld && document.readyState === 'complete'"));
  await watched.watch();
  await until("the tab is listened to again", async () => /Listening/.test(await watched.state()));
  say("loaded again: captions go on");
}

/** Captions end where they are, and nothing listens any more. */
async function end(trial, {page, watched}) {
  await watched.play(20.5, 23);
  await watched.call("function () { this.querySelector('.buttons button:last-child').click() }");
  await until("nobody listens", async () => (await trial.browser.targets(`chrome-extension://${trial.id}/ear/`)).length === 0);
  const hasOverlay = await page.evaluate("document.querySelector('[popover]') !== null");
  assert.ok(!hasOverlay, "the overlay goes with the captions");
  say("ended: nothing listens, nothing is left in the page");
}

/** Where there is no video, what sounds is captioned in the window. */
async function withoutVideo(trial) {
  const page = await trial.open("/podcast");
  await trial.press(page);
  const watched = new WatchedPage(page);
  await watched.watch();
  await until("the tab is listened to", async () => /Listening/.test(await watched.state()));
  await page.evaluate("(() => { const audio = document.querySelector('audio'); audio.currentTime = 20; return audio.play() })()");
  await until("what sounds is shown", async () => (await watched.labels()).includes("Whistling"));
  await page.send("Page.close");
  say("a page without a video: captions in the window");
}

/** No page can tell that the extension is there by asking for its files. */
async function isUnseen(trial, {page}) {
  const files = ["manifest.json", "page/page.js", "page/overlay.css", "icons/16.png"];
  const answers = await page.evaluate(`Promise.all(${JSON.stringify(files)}.map(file =>
    fetch("chrome-extension://${trial.id}/" + file).then(() => "loaded", () => "refused")))`);
  assert.deepEqual(answers, files.map(() => "refused"));
}

/** The steps, each of which goes on from the one before. */
export async function run(pictures) {
  const trial = new Trial(pictures);
  try {
    await trial.begin();
    const options = await trial.options();
    await setService(trial, options, "", `No answer from http://127.0.0.1:${trial.port}`);
    const light = await serviceAway(trial);
    await setService(trial, options, "secret", "knows 3 sounds");
    await byAddress(trial, light);
    await seekAndPause(light);
    await moveByKeysAndPointer(light);
    await trial.picture(light.page, "light");
    await settings(trial, options, light);
    await inFullScreen(light, "video");
    await trial.picture(light.page, "full-screen");
    await leaveFullScreen(light.page);
    await isUnseen(trial, light);
    await soundOnly(trial, options, light);
    await reload(light);
    await end(trial, light);
    await light.page.send("Page.close");
    await options.evaluate(`document.getElementById("sound-only").click()`);
    const dark = await live(trial);
    await liveSeek(dark);
    await trial.picture(dark.page, "dark");
    await inFullScreen(dark, "#player");
    await isWholeInFullScreen(dark);
    await dark.page.send("Page.close");
    await withoutVideo(trial);
    await options.send("Page.bringToFront");
    await trial.picture(options, "options", true);
    assert.deepEqual([...trial.service.origins], [`chrome-extension://${trial.id}`]);
    say("all is as it should be");
  } finally {
    await trial.end();
  }
}
