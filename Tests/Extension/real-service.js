// The trial with a film and a service of somebody else: what the service says of the film by itself is what must be seen.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {Failure} from "./failure.js";
import * as handling from "./handling-steps.js";
import {Judgement, passTold, say} from "./judgement.js";
import {Trial} from "./trial.js";
import {until} from "./watched-page.js";

/** The seconds that captions may be late: after their sounds, and after the service told them. */
const mostLate = {byAddress: 0.5, live: 2, told: 0.5};

const lasts = ({begin, end}) => end - begin >= 1;

/** What the service answers, which is JSON. */
async function ask(address, options) {
  try {
    return await (await fetch(address, options)).json();
  } catch (error) {
    throw new Failure(`no caption service answers at ${address} (${error.cause?.code ?? error.message})`);
  }
}

/** The captions that the service makes of what is at an address. */
async function captionsOf(address, service) {
  const headers = {"Content-Type": "application/json"};
  const {id, error} = await ask(`${service}/captions`, {method: "POST", headers, body: JSON.stringify({url: address})});
  if (!id) throw new Failure(`the service does not take ${address}: ${error}`);
  const job = await until("the service's captions", async () => {
    const now = await ask(`${service}/captions/${id}`, {headers: {Accept: "application/json"}});
    return ["done", "failed", "cancelled"].includes(now.state) && now;
  }, 300);
  assert.equal(job.state, "done", `the service does not caption ${address}: ${job.error}`);
  return {
    seconds: job.duration_seconds,
    sounds: job.captions.map(({label, begin_seconds: begin, end_seconds: end}) => ({label, begin, end})),
  };
}

/** The sounds in a table of path, label, beginning and end. */
export function readTruth(file) {
  const [head, ...rows] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  if (head !== "path,label,begin_seconds,end_seconds") {
    throw new Failure(`path,label,begin_seconds,end_seconds was expected in the first line of ${file}, not "${head}"`);
  }
  return rows.map((row, index) => {
    const [, label, begin, end] = row.match(/^[^,]*,"?(.+?)"?,([\d.]+),([\d.]+)$/) ?? [];
    if (!label) throw new Failure(`a path, a label and two times were expected in line ${index + 2} of ${file}, not "${row}"`);
    return {label, begin: Number(begin), end: Number(end)};
  });
}

/** A picture of the moment at which most of some sounds are captioned. */
async function picture(trial, {page, watched}, seen, name) {
  const fullest = seen.reduce((best, one) => one.labels.length > best.labels.length ? one : best);
  await watched.play(fullest.time + 0.1, fullest.time + 0.3);
  await watched.pause();
  await trial.picture(page, name);
}

/** What the service tells the extension live, as it comes: {label, at} in milliseconds, once for each caption. */
async function tellings(trial) {
  const [{targetId}] = await trial.browser.targets(`chrome-extension://${trial.id}/ear/`);
  const ear = await trial.browser.attach(targetId);
  const told = new Map();
  ear.on("Network.webSocketFrameReceived", ({response}) => {
    for (const {id, label} of JSON.parse(response.payloadData).captions) {
      if (!told.has(id)) told.set(id, {label, at: Date.now()});
    }
  });
  await ear.send("Network.enable");
  return told;
}

/**
 * By address all in time. Live all that the service tells, as soon as it does; most of them in time, of sounds that last for a
 * second and more: what is late beyond that is the network.
 */
export async function tryService({service, film, truth, pictures}) {
  const trueSounds = truth && new Judgement(readTruth(truth));
  const trial = new Trial(pictures);
  try {
    await trial.begin(film);
    const {seconds, sounds} = await captionsOf(`${trial.origin}/film.webm`, service);
    say(`the service tells ${sounds.length} sounds in ${seconds.toFixed(1)} s`);
    await trial.setService(service, "", "The service answers");
    const captioned = await trial.caption(await trial.open("/light"));
    const {page, watched} = captioned;
    await until("the film is captioned", async () => /whole video is captioned/.test(await watched.state()));
    const byAddress = await watched.play(0, seconds - 0.5);
    new Judgement(sounds).pass("by address", byAddress, 0, seconds, mostLate.byAddress);
    trueSounds?.tellShown("by address", byAddress, seconds, mostLate.byAddress);
    await picture(trial, captioned, byAddress, "by-address");
    await handling.fullScreen(captioned, "video");
    await trial.picture(page, "full-screen");
    await page.evaluate("document.exitFullscreen()");
    const told = await tellings(trial);
    await trial.switchSoundOnly();
    await page.send("Page.bringToFront");
    await until("the tab is listened to", async () => /Listening/.test(await watched.state()));
    const live = await watched.play(0, seconds - 0.5);
    new Judgement(sounds, lasts).passMostly("live", live, 0, seconds, mostLate.live);
    passTold("live", [...told.values()], live, mostLate.told);
    trueSounds?.tellShown("live", live, seconds, mostLate.live);
    await picture(trial, captioned, live, "live");
  } finally {
    await trial.end();
  }
}
