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

/** In an element that can hold them, captions are clicked and read out in full screen, too. */
export async function isWholeInFullScreen({page, watched}) {
  const isAbove = await watched.call(`function () {
    const {x, y, width, height} = this.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === this.getRootNode().host;
  }`);
  assert.ok(isAbove, "the captions must lie above the full screen");
  const {nodes} = await page.send("Accessibility.getFullAXTree");
  const isRead = nodes.some(({role, ignored}) => role?.value === "log" && !ignored);
  assert.ok(isRead, "a screen reader reads captions in full screen");
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
