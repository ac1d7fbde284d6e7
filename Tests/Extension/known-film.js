// The trial with a film and a service that are made for each other, so that it is known what must be seen when.

import assert from "node:assert/strict";
import {makeFilm, sounds, tones} from "./film.js";
import * as handling from "./handling-steps.js";
import {Judgement, say} from "./judgement.js";
import {KnownService} from "./known-service.js";
import * as timing from "./timing-steps.js";
import {Trial} from "./trial.js";

class KnownTrial extends Trial {
  judgement = new Judgement(sounds);
  #port = 0;

  async startService() {
    this.service = new KnownService({film: `${this.origin}/film.webm`, sounds, tones});
    this.#port = await this.service.listen(this.#port);
  }

  /** Where the service is, or will be. */
  get serviceAddress() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async end() {
    await super.end();
    await this.service?.close();
  }
}

/** A video that is a file: captions by its address, how they are moved and set, and in the end live. */
async function light(trial) {
  await trial.setService(trial.serviceAddress, "", `No answer from ${trial.serviceAddress}`);
  const captioned = await handling.serviceAway(trial);
  await trial.setService(trial.serviceAddress, "secret", "knows 3 sounds");
  await timing.byAddress(trial, captioned);
  await timing.moveAndPause(captioned);
  await handling.move(captioned);
  await captioned.watched.play(9, 9.2);
  await captioned.watched.pause();
  await trial.picture(captioned.page, "light");
  await handling.stay(captioned);
  await handling.moveInPopup(trial, captioned);
  await handling.options(trial, captioned);
  await handling.fullScreen(captioned, "video");
  await trial.picture(captioned.page, "full-screen");
  await captioned.page.evaluate("document.exitFullscreen()");
  await handling.modal(captioned);
  await handling.isUnseen(trial, captioned);
  await timing.anotherVideo(trial, captioned);
  await timing.soundOnly(trial, captioned);
  await timing.reload(captioned);
  await timing.anotherSite(trial, captioned);
  await handling.end(trial, captioned);
  await trial.switchSoundOnly();
  await handling.cancel(trial, captioned.page);
  await captioned.page.send("Page.close");
  trial.service.pace = 100;
  await handling.hanging(trial);
  await timing.busy(trial);
  await timing.tooLong(trial);
}

/** A video that nobody else can get at: captions live. */
async function dark(trial) {
  const captioned = await timing.live(trial);
  await timing.liveMoveAndPause(trial, captioned);
  await trial.picture(captioned.page, "dark");
  await timing.interrupted(trial, captioned);
  await timing.silent(trial, captioned);
  await handling.fullScreen(captioned, "#player");
  await handling.isWholeInFullScreen(captioned);
  await captioned.page.send("Page.close");
}

/** Tries it all. `folder` is for what is made. */
export async function tryKnownFilm(folder, pictures) {
  const trial = new KnownTrial(pictures);
  try {
    const film = `${folder}/film.webm`;
    makeFilm(film);
    await trial.begin(film);
    await trial.startService();  // for a free port
    await trial.service.close();
    await light(trial);
    await dark(trial);
    await timing.withoutVideo(trial);
    await trial.options.send("Page.bringToFront");
    await trial.picture(trial.options, "options", true);
    assert.deepEqual([...trial.service.origins], [`chrome-extension://${trial.id}`], "who asks the service");
    say("all is as it should be");
  } finally {
    await trial.end();
  }
}
