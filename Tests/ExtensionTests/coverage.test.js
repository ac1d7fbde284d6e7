import assert from "node:assert/strict";
import {test} from "node:test";
import "../../Extension/page/coverage.js";

const {Coverage} = globalThis;

/** When a video was late, of {wall, time, rate} ten times a second. */
function lateAt(coverage, seconds, {wall = 0, time = 0, rate = 1} = {}) {
  const beats = Array.from({length: seconds * 10 + 1}, (_, beat) => beat / 10);
  return beats.filter(passed => coverage.isLate((wall + passed) * 1000, time + passed * rate, rate)).map(passed => wall + passed);
}

test("a video that plays where no captions are is late after a second, and told so again each second", () => {
  assert.deepEqual(lateAt(new Coverage(), 3), [1, 2, 3]);
});

test("a video that stands still waits for its captions", () => {
  assert.deepEqual(lateAt(new Coverage(), 10, {rate: 0}), []);
});

test("a service that is quick enough leaves nothing late", () => {
  const coverage = new Coverage();
  assert.deepEqual(lateAt(coverage, 0.9), []);
  coverage.reach(30);
  assert.deepEqual(lateAt(coverage, 20, {wall: 0.9, time: 0.9}), []);
});

test("what a service hears no more of is late, and what it has heard is not", () => {
  const coverage = new Coverage();
  coverage.reach(10);
  coverage.reach(-10);  // a service that begins again has not taken anything away
  assert.deepEqual(lateAt(coverage, 4, {time: 7.5}), [3.5]);
  assert.deepEqual(lateAt(coverage, 4, {wall: 10, time: 2}), []);
  assert.deepEqual(lateAt(coverage, 1, {wall: 20, time: 30}), [21]);
});
