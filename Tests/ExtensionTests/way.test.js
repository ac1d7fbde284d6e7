import assert from "node:assert/strict";
import {test} from "node:test";
import {wayFor} from "../../Extension/rules/way.js";

const video = (page, source, more) => ({page, source, isBroadcast: false, isProtected: false, ...more});
const way = (found, soundOnly = false) => wayFor(found, {soundOnly});
const blob = "blob:https://example.org/1234";

test("the video of a file is known by the file's address", () => {
  assert.deepEqual(way(video("https://example.org/a", "https://example.org/a.webm")),
    {kind: "address", address: "https://example.org/a.webm"});
});

test("a video that a page puts together is known by the page's address", () => {
  assert.deepEqual(way(video("https://example.org/a", blob)), {kind: "address", address: "https://example.org/a"});
});

test("a video of YouTube has one address, whatever page shows it", () => {
  const pages = [
    "https://www.youtube.com/watch?v=abc_-12&list=private&t=10", "https://m.youtube.com/watch?v=abc_-12",
    "https://www.youtube.com/shorts/abc_-12?feature=share", "https://www.youtube-nocookie.com/embed/abc_-12",
    "https://www.youtube.com/live/abc_-12",
  ];
  for (const page of pages) {
    assert.deepEqual(way(video(page, blob)), {kind: "address", address: "https://www.youtube.com/watch?v=abc_-12"}, page);
  }
});

test("a page that only looks like YouTube's is a page like any other", () => {
  const page = "https://youtube.com.example.org/watch?v=abc";
  assert.equal(way(video(page, blob)).address, page);
});

test("only the tab's sound will do where there is nothing that could be fetched", () => {
  const found = [
    null,
    video("https://example.org/a", ""),
    video("https://example.org/a", blob, {isBroadcast: true}),
    video("https://example.org/a", "https://example.org/a.webm", {isProtected: true}),
    video("file:///home/a.html", "file:///home/a.webm"),
    video("file:///home/a.html", blob),
    video("https://example.org/a", "data:video/webm;base64,AAAA"),
  ];
  for (const one of found) assert.deepEqual(way(one), {kind: "sound"});
});

test("who wants no address told gets none told", () => {
  assert.deepEqual(way(video("https://example.org/a", "https://example.org/a.webm"), true), {kind: "sound"});
});
