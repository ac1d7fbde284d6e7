// Steps of the trial: states, options, places, full screen and the end of captions.

import assert from "node:assert/strict";
import {say} from "./judgement.js";
import {WatchedPage, until} from "./watched-page.js";

/** No service runs: the states say what to do, and captions begin by themselves when it is there. */
export async function serviceAway(trial) {
  const page = await trial.open("/light");
  const popup = await trial.press(page);
  const watched = new WatchedPage(page);
  await watched.watch();
  await until("the overlay says that there is no service", async () => /No answer/.test(await watched.state()));
  assert.match(await watched.state(), new RegExp(`--allow-origin chrome-extension://${trial.id}`));
  await until("the popup says so, too", () => popup.evaluate("/No answer/.test(document.body.innerText)"));
  await trial.startService();
  await until("the overlay says that a token is wanted", async () => /token/.test(await watched.state()));
  say("service away, token wrong: the states say what to do");
  return {page, watched};
}

/** What is set in the options holds at once, in a page that is open. */
export async function options({options}, {page, watched}) {
  await page.send("Page.bringToFront");
  await watched.play(28, 29);
  await watched.pause();
  assert.deepEqual(await watched.labels(), ["Bird song"]);
  await options.evaluate(
    `[...document.querySelectorAll("#labels label")].find(label => label.textContent === "Bird song").click()`);
  await until("a sound that is not wanted goes", async () => (await watched.labels()).length === 0);
  await options.evaluate(`document.getElementById("all").click()`);
  await until("and comes back", async () => (await watched.labels()).length === 1);
  const {height} = (await watched.frames()).box;
  const setSize = percent => options.evaluate(`(() => {
    const size = document.getElementById("size");
    size.value = ${percent};
    size.dispatchEvent(new Event("input"));
  })()`);
  await setSize(200);
  await until("captions grow", async () => (await watched.frames()).box.height > 1.5 * height);
  await setSize(100);
  say("options hold at once");
}

export async function move({page, watched}) {
  await page.send("Page.bringToFront");
  const {box, video} = await watched.frames();
  await watched.call("function () { this.querySelector('.buttons button').focus(); }");
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
  const [right, bottom] = [byPointer.x + byPointer.width, byPointer.y + byPointer.height];
  assert.ok(byPointer.y > byKeys.y + 100, "the pointer moves captions");
  assert.ok(right <= video.x + video.width && bottom <= video.y + video.height, "captions do not leave the video");
  await watched.call(`function () {
    const move = this.querySelector(".buttons button");
    for (let corner = 0; corner < 2; corner++) move.click();
    move.blur();
  }`);
  await mouse("mouseMoved", 1, 1);
  await until("two corners on, they are where they were", async () => {
    const back = (await watched.frames()).box;
    return Math.abs(back.x - box.x) < 2 && Math.abs(back.y - box.y) < 2;
  });
  say("moved by keys, by pointer and from corner to corner");
}

export async function fullScreen({page, watched}, element) {
  await page.evaluate(`document.querySelector("${element}").requestFullscreen()`);
  await until("the captions are in the full screen", () => watched.call(`function () {
    const {x, y} = this.getBoundingClientRect();
    const {width} = document.querySelector("video").getBoundingClientRect();
    return document.fullscreenElement !== null && width === innerWidth && x > 0 && x < 40 && y > 0 && y < 80;
  }`));
  say(`full screen of <${element}>: the captions are in it`);
}

/** A service that says nothing is not waited for without a word. */
export async function hanging(trial) {
  trial.service.isHanging = true;
  const {page, watched} = await trial.caption(await trial.open("/light"));
  await until("the overlay says that captions begin", async () => /Captions begin/.test(await watched.state()));
  await until("the overlay says that nobody answers", async () => /No answer/.test(await watched.state()));
  trial.service.isHanging = false;
  await until("the film is captioned", async () => /whole video is captioned/.test(await watched.state()));
  say("a service that says nothing: the states say so");
  await page.send("Page.close");
}

/** Buttons stay for who is at them, also while nothing sounds. */
export async function stay({watched}) {
  await until("nothing is told but sounds", async () => await watched.state() === "");
  await watched.play(28.5, 29);
  await watched.call("function () { this.querySelector('.buttons button').focus(); }");
  await watched.play(29.5, 31);
  assert.deepEqual(await watched.labels(), []);
  const isThere = () => watched.call("function () { return !this.hidden && this.contains(this.getRootNode().activeElement); }");
  assert.ok(await isThere(), "the focus stays on a button");
  await watched.pause();
  await watched.call("function () { this.getRootNode().activeElement.blur(); }");
  await until("and goes with it", async () => !await isThere());
}

/** Captions are put elsewhere in the popup, too, which a key opens. */
export async function moveInPopup(trial, {page, watched}) {
  await watched.play(28, 28.5);
  await watched.pause();
  const {box} = await watched.frames();
  const popup = await trial.press(page);
  const choose = place => popup.evaluate(`(() => {
    const select = document.getElementById("place");
    select.value = "${place}";
    select.dispatchEvent(new Event("change"));
  })()`);
  await until("the popup knows the place", () => popup.evaluate("document.getElementById('place')?.value === '0 0'"));
  await choose("1 0");
  await until("captions are at the right", async () => (await watched.frames()).box.x > box.x + 300);
  await choose("0 0");
  await until("captions are at the left", async () => Math.abs((await watched.frames()).box.x - box.x) < 2);
  say("moved in the popup");
}

/** In a modal dialog, captions are as they are without, and so when it is closed. */
export async function modal({page, watched}) {
  await watched.play(28, 28.5);
  await watched.pause();
  await page.evaluate(`(() => {
    const dialog = document.body.appendChild(document.createElement("dialog"));
    dialog.append(document.querySelector("video"));
    dialog.showModal();
  })()`);
  await until("captions are above the dialog", () => isAbove(watched));
  await isRead(page);
  await page.evaluate(`(() => {
    document.getElementById("player").append(document.querySelector("video"));
    document.querySelector("dialog").remove();
  })()`);
  await until("captions are in the page again", () => isAbove(watched));
  say("in a modal dialog: captions are clicked and read out");
}

const isAbove = watched => watched.call(`function () {
  const {x, y, width, height} = this.getBoundingClientRect();
  return !this.hidden && document.elementFromPoint(x + width / 2, y + height / 2) === this.getRootNode().host;
}`);

async function isRead(page) {
  const {nodes} = await page.send("Accessibility.getFullAXTree");
  assert.ok(nodes.some(({role, ignored}) => role?.value === "log" && !ignored), "a screen reader reads captions");
}

/** In an element that can hold them, captions are clicked and read out in full screen, too. */
export async function isWholeInFullScreen({page, watched}) {
  assert.ok(await isAbove(watched), "the captions must lie above the full screen");
  await isRead(page);
}

/** No page can tell that the extension is there by asking for its files. */
export async function isUnseen({id}, {page}) {
  const files = ["manifest.json", "page/page.js", "page/overlay.css", "icons/16.png"];
  const answers = await page.evaluate(`Promise.all(${JSON.stringify(files)}.map(file =>
    fetch("chrome-extension://${id}/" + file).then(() => "loaded", () => "refused")))`);
  assert.deepEqual(answers, files.map(() => "refused"));
}

const close = watched => watched.call("function () { this.querySelector('.buttons button:last-child').click(); }");

/** What is not wanted any more is cancelled. */
export async function cancel(trial, page) {
  trial.service.pace = 2000;
  const {watched} = await trial.caption(page);
  await until("the service is at work", async () => /the whole video: /.test(await watched.state()));
  await close(watched);
  await until("the order is cancelled", () => trial.service.cancelled === 1);
  say("ended while the service was at work: the order is cancelled");
}

/** Captions end where they are, and nothing listens any more. */
export async function end({browser, id}, {page, watched}) {
  await watched.play(20.5, 23);
  await close(watched);
  await until("nobody listens", async () => (await browser.targets(`chrome-extension://${id}/ear/`)).length === 0);
  await until("the overlay is gone", () => page.evaluate("document.querySelector('[popover]') === null"));
  say("ended: nothing listens, nothing is left in the page");
}
