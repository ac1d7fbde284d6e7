import assert from "node:assert/strict";
import {test} from "node:test";

// A page without a video, and what is in it of captions.

let port, isShown;

Object.assign(globalThis, {
  window: new EventTarget(),
  document: new EventTarget(),
  Announcer: class { news() { return []; } },
  Coverage: class {},
  LiveCaptions: class { see() {} },
  Player: class { description = null; frame = {}; look() {} },
  Timeline: class { at() { return []; } clear() {} },
  Overlay: class {
    raise() { isShown = true; }
    remove() { isShown = false; }
    fit() {}
    say() {}
    show() {}
  },
  chrome: {runtime: {
    connect: () => port = {isOpen: true, onMessage: {addListener() {}}, disconnect() { this.isOpen = false; }},
    onMessage: {addListener() {}},
    sendMessage() {},
  }},
});
await import("../../Extension/page/page.js");
const {captionedPage} = globalThis;

function begin() {
  captionedPage.begin({sheet: "", variables: {}, place: {x: 0, y: 0}, hidden: []});
  captionedPage.now.connect({way: {kind: "sound"}});
}

test("captions end with their page, which may come back from the browser's cache, and begin in it anew", t => {
  t.after(() => captionedPage.end());
  begin();
  assert.deepEqual([isShown, port.isOpen], [true, true]);
  window.dispatchEvent(new Event("pagehide"));
  assert.deepEqual([isShown, port.isOpen, captionedPage.now], [false, false, undefined]);
  window.dispatchEvent(new Event("pageshow"));
  begin();
  assert.deepEqual([isShown, port.isOpen], [true, true]);
});
