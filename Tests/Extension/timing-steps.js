// Steps of the trial: captions come when their sounds do, by address and live, also where the video is moved and stopped.

import assert from "node:assert/strict";
import {say} from "./judgement.js";
import {until} from "./watched-page.js";

const second = 1000;
const pause = seconds => new Promise(resolve => setTimeout(resolve, seconds * second));
const isListening = watched => until("the tab is listened to", async () => /Listening/.test(await watched.state()));

/** The film is a file: all of it is captioned by its address. */
export async function byAddress({service, origin, judgement}, {page, watched}) {
  await until("the film is asked for", () => service.asked.includes(`${origin}/film.webm`));
  await page.send("Page.bringToFront");
  judgement.pass("by address", await watched.play(2, 16), 2, 16, 0.5);
  assert.deepEqual(await watched.told(), ["Bell", "Whistling", "Bird song", "Bell"], "a screen reader is told each sound once");
}

export async function moveAndPause({watched}) {
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

/** A page gives the film to its player in a way that the service cannot follow: it declines, and the tab is listened to. */
export async function live(trial) {
  const page = await trial.open("/dark");
  await until("the film", () => page.evaluate("document.querySelector('video').readyState >= 3"));
  const captioned = await trial.caption(page);
  await isListening(captioned.watched);
  assert.ok(trial.service.asked.includes(`${trial.origin}/dark`), "the page's address was tried first");
  trial.judgement.pass("live", await captioned.watched.play(2, 11), 2, 11, 2);
  const {heard, purity} = trial.service.listeners.at(-1);
  say(`live: ${heard} samples at 16 kHz, ${(purity * 100).toFixed(1)} % of the power of tones is where they are`);
  assert.ok(purity > 0.9, "the samples are not the film's sound at 16 kHz");
  return captioned;
}

export async function liveMoveAndPause({judgement}, {watched}) {
  const before = await watched.play(19, 22);
  assert.ok(before.at(-1).labels.includes("Whistling"));
  const after = await watched.play(24, 26);
  assert.deepEqual(judgement.wrong(after, 0), [], "what sounded before the move must not be shown after it");
  await watched.play(20.3, 21);
  assert.deepEqual(await watched.labels(), ["Whistling"], "what was heard once is known where the video goes back to");
  await watched.pause();
  await pause(3);
  assert.deepEqual(await watched.labels(), ["Whistling"], "a pause keeps what is shown");
  say("live, moved and paused: captions stay with their sounds");
}

/** While the service has others to hear, the tab is listened to; once the film is captioned, no more. */
export async function busy(trial) {
  trial.service.isBusy = true;
  const {page, watched} = await trial.caption(await trial.open("/light"));
  await page.send("Page.bringToFront");
  trial.judgement.pass("live, while the service is busy", await watched.play(5, 11), 5, 11, 2);
  assert.match(await watched.state(), /^(Listening|$)/, "nobody is told to wait");
  trial.service.isBusy = false;
  await until("the film is captioned", async () => /whole video is captioned/.test(await watched.state()));
  await until("nobody listens", () => trial.service.listening === 0);
  trial.judgement.pass("by address, since", await watched.play(19, 22.5), 19, 22.5, 0.5);
  await page.send("Page.close");
}

/** What the service hears no more of is listened to. */
export async function tooLong(trial) {
  trial.service.longest = 11.5;
  const {page, watched} = await trial.caption(await trial.open("/light"));
  await until("the first part is captioned", async () => /The first 11 s are captioned/.test(await watched.state()));
  await page.send("Page.bringToFront");
  trial.judgement.pass("by address, of the first part", await watched.play(6, 9.5), 6, 11.5, 0.5);
  trial.judgement.pass("live, of the rest", await watched.play(16, 23), 16, 23, 2);
  trial.judgement.pass("by address, moved back", await watched.play(6, 9.5), 6, 11.5, 0.5);
  trial.service.longest = Infinity;
  await page.send("Page.close");
}

/** Another video in the same page has captions of its own, whichever way. */
export async function anotherVideo({service, origin}, {page, watched}) {
  const show = async name => {
    const count = service.asked.length;
    await page.evaluate(`document.querySelector("video").src = "/${name}"`);
    await until(`${name} is asked for`, () => service.asked.slice(count).includes(`${origin}/${name}`));
  };
  await show("other.webm");
  await isListening(watched);
  await show("film.webm");
  await until("the film is captioned again", async () => /whole video is captioned/.test(await watched.state()));
  say("another video in the same page: asked for, and listened to where the service declines");
}

/** A service that goes away in the middle is waited for, and heard again; a worker that sleeps is not missed. */
export async function interrupted(trial, {watched}) {
  for (const {targetId} of await trial.browser.targets(`chrome-extension://${trial.id}/background.js`)) {
    await trial.browser.send("Target.closeTarget", {targetId});
  }
  await watched.play(33.5, 34);
  await until("the caption of a sound", async () => (await watched.labels()).includes("Bell"), 2);
  await trial.service.close();
  await until("the service is missed", async () => /No answer/.test(await watched.state()));
  await trial.startService();
  await isListening(watched);
  trial.judgement.pass("live, with a service that was away", await watched.play(19, 23), 19, 23, 2);
}

/** A service that falls silent while it listens is missed; one that does not listen says why; both are heard again. */
export async function silent({service}, {watched}) {
  service.isHanging = true;
  await until("the service is missed", async () => /No answer/.test(await watched.state()));
  [service.isHanging, service.whyDeaf] = [false, "8 listen already: try again in a while"];
  await until("the service says why not", async () => /8 listen already/.test(await watched.state()));
  service.whyDeaf = undefined;
  await isListening(watched);
  say("live, with a service that was silent, and one that had no place: the states say so");
}

/** Who wants no address told sets so, and the film that is captioned by its address is listened to from then on. */
export async function soundOnly(trial, {page, watched}) {
  await trial.switchSoundOnly();
  await page.send("Page.bringToFront");
  await isListening(watched);
  trial.judgement.pass("live, of a file", await watched.play(32, 36), 32, 36, 2);
  await watched.pause();
}

/** Where there is no video, what sounds is captioned in the window. */
export async function withoutVideo(trial) {
  const page = await trial.open("/podcast");
  const {watched} = await trial.caption(page);
  await isListening(watched);
  await page.evaluate("Object.assign(document.querySelector('audio'), {currentTime: 20}).play()");
  await until("what sounds is shown", async () => (await watched.labels()).includes("Whistling"));
  await page.send("Page.close");
  say("a page without a video: captions in the window");
}

/** A page that is loaded again is captioned again, without the button. */
export async function reload({page, watched}) {
  await page.evaluate("window.isOld = true");
  await page.send("Page.reload");
  await until("the page is loaded again", () => page.evaluate("!window.isOld && document.readyState === 'complete'"));
  await watched.watch();
  await isListening(watched);
  say("loaded again: captions go on");
}

/** Another site lets captions in only where the button is pressed; what comes back from there has none of before. */
export async function anotherSite(trial, {page, watched}) {
  const isHere = address => until(address, () =>
    page.evaluate(`location.href === "${address}" && document.readyState === "complete"`));
  const pressAgain = async () => {
    await trial.press(page);
    await watched.watch();
    await isListening(watched);
  };
  const [here, there] = [trial.origin, trial.origin.replace("localhost", "127.0.0.1")].map(origin => `${origin}/light`);
  await page.evaluate(`location.href = "${there}"`);
  await isHere(there);
  await until("the button says so", async () => (await trial.badges()).includes("!"));
  await pressAgain();
  await page.evaluate("history.back()");
  await isHere(here);
  await until("the button says so, back there", async () => (await trial.badges()).includes("!"));
  assert.ok(await page.evaluate("document.querySelector('[popover]') === null"), "a page that came back must show no captions");
  await pressAgain();
  say("gone to another site and back: the button says so, and captions begin where it is pressed");
}
