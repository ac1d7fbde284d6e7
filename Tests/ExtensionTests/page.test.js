import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {createHash} from "node:crypto";
import {test} from "node:test";
import "../../Extension/page/announcer.js";
import "../../Extension/page/player.js";

const {Announcer, mainVideo, pictureIn} = globalThis;
const manifest = JSON.parse(readFileSync(new URL("../../Extension/manifest.json", import.meta.url), "utf8"));

/** What a screen reader is told, of what is shown at which milliseconds. */
function told(...shown) {
  const announcer = new Announcer();
  return shown.map(([wall, ...labels]) => announcer.news(labels, wall));
}

test("a screen reader is told each caption once", () => {
  assert.deepEqual(told([0, "Bell"], [100, "Bell"], [200, "Bell", "Bird"], [300, "Bird"]), [["Bell"], [], ["Bird"], []]);
});

test("a sound that stops and starts is told again after a while", () => {
  assert.deepEqual(told([0, "Bell"], [100], [4000, "Bell"], [4100], [9100, "Bell"]), [["Bell"], [], [], [], ["Bell"]]);
});

test("the video to caption plays, and is the largest of those that do", () => {
  const small = {video: "small", area: 10, isPlaying: true};
  const large = {video: "large", area: 100, isPlaying: true};
  const still = {video: "still", area: 1000, isPlaying: false};
  const unseen = {video: "unseen", area: 0, isPlaying: true};
  assert.equal(mainVideo([still, small, large, unseen]), "large");
  assert.equal(mainVideo([still, unseen]), "still");
  assert.equal(mainVideo([unseen]), undefined);
});

test("a picture lies in the middle of a frame of another form", () => {
  const frame = {left: 10, top: 20, width: 800, height: 600};
  assert.deepEqual(pictureIn(frame, 2), {left: 10, top: 120, width: 800, height: 400});
  assert.deepEqual(pictureIn(frame, 0.5), {left: 260, top: 20, width: 300, height: 600});
});

test("the extension asks for no page and no host before it is used", () => {
  assert.deepEqual(manifest.permissions, ["activeTab", "offscreen", "scripting", "storage", "tabCapture"]);
  assert.equal(manifest.host_permissions, undefined);
  assert.equal(manifest.content_scripts, undefined);
  assert.equal(manifest.web_accessible_resources, undefined);
});

test("the key gives the identifier that is documented", () => {
  const digest = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex").slice(0, 32);
  const identifier = [...digest].map(digit => String.fromCharCode(97 + parseInt(digit, 16))).join("");
  const readme = readFileSync(new URL("../../Extension/README.md", import.meta.url), "utf8");
  assert.ok(readme.includes(`chrome-extension://${identifier}`), identifier);
});

test("nothing is fetched but from the caption service and from the extension itself", () => {
  const folder = new URL("../../Extension/", import.meta.url);
  const scripts = readdirSync(folder, {recursive: true}).filter(name => /\.(js|html|css)$/.test(name));
  for (const name of scripts) {
    const addresses = readFileSync(new URL(name, folder), "utf8").match(/(https?|wss?):\/\/[\w.]+/g) ?? [];
    const foreign = addresses.filter(address => !/127\.0\.0\.1|localhost|www\.w3\.org|www\.youtube\.com/.test(address));
    assert.deepEqual(foreign, [], name);
  }
});
