import assert from "node:assert/strict";
import {beforeEach, test} from "node:test";
import "../../Extension/page/timeline.js";
import "../../Extension/page/live-captions.js";

const {LiveCaptions, PlayingClock, Timeline} = globalThis;

// The wall's clock is at 100 s when the stream begins, and the video then at 0 s.
const startedAt = 100_000;
let timeline, live;

beforeEach(() => {
  timeline = new Timeline();
  live = new LiveCaptions(timeline);
});

/** The video plays for some seconds of the wall, looked at ten times a second. */
function play(fromWall, seconds, video, rate = 1) {
  for (let beat = 0; beat <= seconds * 10; beat++) {
    live.see((fromWall + beat / 10) * 1000, video + beat / 10 * rate, rate);
  }
}

const hear = (heard, now, ...captions) => live.take({stream: 1, heard, startedAt, captions}, now);
const bell = (begin, end, id = 1) => ({id, label: "Bell", score: 0.9, begin_seconds: begin, end_seconds: end});
const shown = time => timeline.at(time).map(({label}) => label);

test("a sound is at the time of the video at which it sounded, and stays while it goes on", () => {
  play(100, 5, 0);
  hear(5, 5, bell(3, null));
  assert.deepEqual([2.9, 3, 5, 60].map(shown), [[], ["Bell"], ["Bell"], ["Bell"]]);
  hear(6, 6, bell(3, 6.2));
  assert.deepEqual([6.1, 60].map(shown), [["Bell"], []]);
});

test("a sound that is over before its caption comes is shown for a moment", () => {
  play(100, 5, 0);
  hear(5, 5, bell(2.5, 3));
  assert.deepEqual([5, 6.4, 6.6].map(shown), [["Bell"], ["Bell"], []]);
});

test("a video that is moved leaves its captions behind", () => {
  play(100, 5, 0);
  hear(5, 5, bell(3, null));
  play(105.1, 0.2, 60);
  assert.deepEqual([4, 60.1, 61].map(shown), [["Bell"], [], []]);
});

test("what goes on long after a move is shown there, too", () => {
  play(100, 5, 0);
  hear(5, 5, bell(3, null));
  play(105.1, 3, 60);
  hear(5.5, 60.4);
  assert.deepEqual(shown(60.5), []);
  hear(8, 63);
  assert.deepEqual(shown(63), ["Bell"]);
});

test("a pause keeps what sounded last", () => {
  play(100, 5, 0);
  hear(5, 5, bell(3, null));
  live.see(105_100, 5.05, 0);
  assert.deepEqual(shown(5.05), ["Bell"]);
  hear(8, 5.05, bell(3, 5.2));
  assert.deepEqual(shown(5.05), ["Bell"]);
});

test("what sounds while the video stands still belongs to something else", () => {
  play(100, 5, 0);
  live.see(105_100, 5.05, 0);
  hear(9, 5.05, bell(7, 8));
  assert.deepEqual([5.05, 7, 8].map(shown), [[], [], []]);
});

test("a video at twice its speed has captions at its own times", () => {
  play(100, 5, 0, 2);
  hear(5, 10, bell(2, 4));
  assert.deepEqual([3.9, 4, 7.9].map(shown), [[], ["Bell"], ["Bell"]]);
});

test("captions of one stream do not take the place of those of another", () => {
  play(100, 5, 0);
  hear(5, 5, bell(1, 2));
  live.take({stream: 2, heard: 1, startedAt: 104_000, captions: [{...bell(0.2, 0.8), label: "Bird"}]}, 5);
  assert.deepEqual([1.5, 4.5].map(shown), [["Bell"], ["Bell", "Bird"]]);
});

test("what sounds when nothing more is heard has sounded so far", () => {
  play(100, 5, 0);
  hear(5, 5, bell(1, null));
  live.end();
  assert.deepEqual([4.9, 6.6].map(shown), [["Bell"], []]);
});

test("what is long over is put no more, however long the video plays", () => {
  let puts = 0;
  const counting = new LiveCaptions({set() { puts += 1; }});
  for (let second = 0; second < 3600; second++) {
    counting.see((100 + second) * 1000, second, 1);
    counting.take({stream: 1, heard: second, startedAt, captions: [bell(second - 1, second - 0.5, second)]}, second);
  }
  assert.ok(puts < 3600 * 30, `${puts} times`);
});

test("the moment for which a late caption stays is over where the video goes back to it", () => {
  play(100, 5, 0);
  hear(5, 5, bell(2.5, 3));
  play(105.1, 40, 5.1);
  hear(45, 45);
  assert.deepEqual([2.5, 5].map(shown), [["Bell"], []]);
});

test("small unevenness of a clock is no move", () => {
  const clock = new PlayingClock();
  const ended = [0, 0.1, 0.2, 0.3].map((passed, index) => clock.see(passed * 1000, passed + (index % 2) * 0.2, 1));
  assert.deepEqual(ended, [false, false, false, false]);
});
