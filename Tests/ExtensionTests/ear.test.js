import assert from "node:assert/strict";
import {test} from "node:test";

const listeners = {};
const event = name => ({addListener: listener => { listeners[name] = listener; }});
globalThis.chrome = {runtime: {onConnect: event("connect"), onMessage: event("message"), sendMessage: async () => {}}};
await import("../../Extension/ear/ear.js");

const order = (kind, more) => new Promise(resolve => listeners.message({to: "ear", kind, tab: 1, ...more}, {}, resolve));

test("an order that fails is answered, with why", async () => {
  const {sessions, error} = await order("begin", {settings: {service: "nowhere", token: ""}, way: {kind: "sound"}});
  assert.equal(sessions, 0);
  assert.match(error, /^An address .* was expected/);
  assert.deepEqual(await order("end"), {sessions: 0});
});
