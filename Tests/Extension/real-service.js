// The trial with a film and a service of somebody else: what the service says of the film by itself is what must be seen.

import assert from "node:assert/strict";
import {Judgement, say} from "./judgement.js";
import {Trial} from "./trial.js";
import {until} from "./watched-page.js";

/** The captions that the service makes of what is at an address. */
async function captionsOf(address, service) {
  const headers = {"Content-Type": "application/json"};
  const order = await fetch(`${service}/captions`, {method: "POST", headers, body: JSON.stringify({url: address})});
  const {id, error} = await order.json();
  assert.ok(order.ok, `the service answered with status ${order.status}: ${error}`);
  const job = await until("the service's captions", async () => {
    const now = await (await fetch(`${service}/captions/${id}`, {headers: {Accept: "application/json"}})).json();
    return ["done", "failed", "cancelled"].includes(now.state) && now;
  }, 300);
  assert.equal(job.state, "done", job.error);
  return {
    seconds: job.duration_seconds,
    sounds: job.captions.map(({label, begin_seconds: begin, end_seconds: end}) => ({label, begin, end})),
  };
}

/** By address all within 0.5 s; live most within 2 s, of those sounds that last for a second and more. */
export async function tryService(service, film) {
  const trial = new Trial();
  try {
    await trial.begin(film);
    const {seconds, sounds} = await captionsOf(`${trial.origin}/film.webm`, service);
    say(`the service tells ${sounds.length} sounds in ${seconds.toFixed(1)} s`);
    await trial.setService(service, "", "The service answers");
    const {page, watched} = await trial.caption(await trial.open("/light"));
    await until("the film is captioned", async () => /whole video is captioned/.test(await watched.state()));
    new Judgement(sounds).pass("by address", await watched.play(0, seconds - 0.5), 0, seconds, 0.5);
    await trial.switchSoundOnly();
    await page.send("Page.bringToFront");
    await until("the tab is listened to", async () => /Listening/.test(await watched.state()));
    const live = await watched.play(0, seconds - 0.5);
    new Judgement(sounds, ({begin, end}) => end - begin >= 1).passMostly("live", live, 0, seconds, 2);
  } finally {
    await trial.end();
  }
}
