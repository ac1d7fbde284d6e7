import assert from "node:assert/strict";
import {test} from "node:test";
import {EventReader} from "../../Extension/ear/server-sent-events.js";

const text = ": hello\r\n\r\nevent: caption\r\ndata: {\"label\":\r\ndata: \"Bell: big\"}\r\nid: 7\r\n\r\n" +
  "data:plain\n\nevent: done\rdata: {}\r\r";
const wanted = [
  {name: "caption", data: "{\"label\":\n\"Bell: big\"}"}, {name: "message", data: "plain"}, {name: "done", data: "{}"},
];

test("events are the same however the text is cut", () => {
  for (let length = 1; length <= text.length; length++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < text.length; at += length) events.push(...reader.take(text.slice(at, at + length)));
    assert.deepEqual([...events, ...reader.take("\n")], wanted, `pieces of ${length}`);
  }
});

test("an event without data is none", () => {
  assert.deepEqual(new EventReader().take("event: progress\n\n"), []);
});

test("what is not finished does not come", () => {
  assert.deepEqual(new EventReader().take("data: half\n"), []);
});
