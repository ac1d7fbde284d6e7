import assert from "node:assert/strict";
import {test} from "node:test";
import "../../Extension/page/timeline.js";

const {Timeline} = globalThis;
const labels = captions => captions.map(({label}) => label);

/** A timeline of captions as [label, begin, end, score]. */
function timeline(...captions) {
  const made = new Timeline();
  for (const [index, [label, begin, end, score = 0.5]] of captions.entries()) made.set(index, {label, score}, [{begin, end}]);
  return made;
}

test("a caption is there from its beginning to before its end", () => {
  const bell = timeline(["Bell", 3, 5]);
  const seen = [2.99, 3, 4.99, 5].map(time => labels(bell.at(time)));
  assert.deepEqual(seen, [[], ["Bell"], ["Bell"], []]);
});

test("a short caption stays to be read", () => {
  const bell = timeline(["Bell", 3, 3.2]);
  assert.deepEqual(labels(bell.at(4.4)), ["Bell"]);
  assert.deepEqual(labels(bell.at(4.6)), []);
});

test("captions are by their beginning, whatever the order in which they came", () => {
  assert.deepEqual(labels(timeline(["Bird", 2, 9], ["Bell", 1, 9]).at(3)), ["Bell", "Bird"]);
});

test("a label is shown once", () => {
  assert.deepEqual(labels(timeline(["Bell", 1, 5], ["Bell", 2, 9]).at(3)), ["Bell"]);
});

test("of too many captions the surest are shown", () => {
  const many = timeline(["A", 1, 9, 0.5], ["B", 1, 9, 0.9], ["C", 1, 9, 0.8], ["D", 1, 9, 0.7], ["E", 1, 9, 0.6]);
  assert.deepEqual(labels(many.at(2)), ["B", "C", "D", "E"]);
});

test("what a user hides is not shown", () => {
  assert.deepEqual(labels(timeline(["Bell", 1, 5], ["Bird", 1, 5]).at(2, new Set(["Bell"]))), ["Bird"]);
});

test("a caption takes the place of what its key had", () => {
  const made = timeline(["Bell", 1, 9]);
  made.set(0, {label: "Bird", score: 1}, [{begin: 1, end: 9}]);
  assert.deepEqual(labels(made.at(2)), ["Bird"]);
});

test("only the first span of a caption stays to be read", () => {
  const made = new Timeline();
  made.set(0, {label: "Bell", score: 1}, [{begin: 1, end: 2.5}, {begin: 20, end: 20.1}]);
  assert.deepEqual(labels(made.at(20.05)), ["Bell"]);
  assert.deepEqual(labels(made.at(20.5)), []);
});

test("nothing is left of a cleared timeline", () => {
  const bell = timeline(["Bell", 3, 5]);
  bell.clear();
  assert.deepEqual(bell.at(4), []);
});
