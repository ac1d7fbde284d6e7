// Whether captions came when their sounds did.

import assert from "node:assert/strict";

export const say = text => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** As Extension/page/timeline.js has it. */
const mostLines = 4;

/** Beyond its sound, a caption stays so long that it can be read. */
const readingSeconds = 1.5;

/** What is known of a film's sounds, {label, begin, end} in seconds, against what was seen, {time, labels} at each change. */
export class Judgement {
  #sounds;
  #isJudged;

  /** `isJudged` tells of which sounds the captions must come in time. */
  constructor(sounds, isJudged = () => true) {
    this.#sounds = sounds;
    this.#isJudged = isJudged;
  }

  /** Whether there was room on the screen when a sound began: of many at once, only the surest are shown. */
  #hasRoom({begin}) {
    const shown = this.#sounds.filter(sound =>
      sound.begin < begin + 0.5 && Math.max(sound.end, sound.begin + readingSeconds) > begin);
    return new Set(shown.map(({label}) => label)).size <= mostLines;
  }

  /** How late the captions came of what began while the film was played from a time to another one. */
  delays(seen, from, to) {
    const judged = this.#sounds.filter(sound =>
      sound.begin > from && sound.begin < to - 2 && this.#isJudged(sound) && this.#hasRoom(sound));
    return judged.map(({label, begin}) => {
      const first = seen.find(({time, labels}) => time > begin - 0.5 && labels.includes(label));
      return {label, begin, delay: first ? first.time - begin : Infinity};
    });
  }

  /** What was on the screen though it did not sound, with some seconds granted at the beginning and the end. */
  wrong(seen, slack) {
    const sounds = (label, time) => this.#sounds.some(sound => sound.label === label &&
      time > sound.begin - slack && time < Math.max(sound.end, sound.begin + readingSeconds) + slack);
    return seen.flatMap(({time, labels}) =>
      labels.filter(label => !sounds(label, time)).map(label => `${label} at ${time.toFixed(2)} s`));
  }

  /** Tells how late captions were. */
  tell(way, seen, from, to) {
    const delays = this.delays(seen, from, to);
    const told = delays.map(({label, begin, delay}) => `${label} ${begin} s ${delay >= 0 ? "+" : ""}${delay.toFixed(2)}`);
    say(`${way}: ${told.join(", ")}`);
    assert.ok(delays.length > 0, `${way}: nothing sounds from ${from} to ${to} s`);
    return delays;
  }

  /** Tells which of the sounds up to a time, if there was room, were on the screen within the limit; returns these. */
  tellShown(way, seen, to, limit) {
    const isShown = (label, begin) => seen.some(({time, labels}, index) =>
      labels.includes(label) && time <= begin + limit && (seen[index + 1]?.time ?? to) > begin);
    const judged = this.#sounds.filter(sound => sound.begin < to - 2 && this.#hasRoom(sound));
    const shown = judged.filter(({label, begin}) => isShown(label, begin));
    say(`${way}: ${shown.length} of ${judged.length} true sounds were captioned within ${limit} s`);
    return shown;
  }

  /**
   * Fails where most captions were later than the limit.
   *
   * A network's windows begin elsewhere in live sound, so that it tells a few sounds otherwise than in the whole film.
   */
  passMostly(way, seen, from, to, limit) {
    const delays = this.tell(way, seen, from, to);
    const punctual = delays.filter(({delay}) => Math.abs(delay) <= limit);
    say(`${way}: ${punctual.length} of ${delays.length} within ${limit} s`);
    assert.ok(punctual.length > delays.length / 2, `${way}: most captions came late`);
  }

  /** Tells how late captions were, and fails where that is more than the limit or where one was wrong. */
  pass(way, seen, from, to, limit) {
    const delays = this.tell(way, seen, from, to);
    assert.deepEqual(this.wrong(seen, limit), [], `${way}: captions without a sound`);
    for (const {label, begin, delay} of delays) {
      assert.ok(Math.abs(delay) <= limit, `${way}: the caption of ${label} at ${begin} s came ${delay.toFixed(2)} s late`);
    }
  }
}

/** For so many milliseconds after a video began, a service hears what was before, too: that is held back. */
const settling = 1000;

/** Fails where what a service told, {label, at} in milliseconds, was not seen within so many seconds after that. */
export function passTold(way, told, seen, limit) {
  const end = seen.at(-1).at - limit * 1000;
  const judged = told.filter(({at}) => at > seen[0].at + settling && at < end);
  const missed = judged.filter(({label, at}) => {
    const meanwhile = seen.filter((one, index) => one.at <= at + limit * 1000 && (seen[index + 1]?.at ?? Infinity) > at);
    return !meanwhile.some(({labels}) => labels.includes(label) || labels.length === mostLines);
  });
  say(`${way}: ${judged.length - missed.length} of ${judged.length} captions were seen within ${limit} s after they were told`);
  assert.ok(missed.length === 0, `${way}: told and not seen: ${missed.map(({label}) => label).join(", ")}`);
}
