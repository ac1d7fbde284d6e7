import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";

// There is no package of scripts around it, so not every node would take it for a module.
const source = readFileSync(new URL("../../Sources/Antiphon/Serve/page/picture.js", import.meta.url), "utf8");
const {shareOfPicture} = await import(`data:text/javascript,${encodeURIComponent(source)}`);

test("a time is where the picture shows it, and what is after the picture at its end", () => {
  assert.deepEqual([0, 10, 40, 50].map(time => shareOfPicture(time, 40)), [0, 0.25, 1, 1]);
});

test("a time is nowhere in a picture of which the length is not known", () => {
  assert.deepEqual([undefined, null, 0].map(seconds => shareOfPicture(1, seconds)), [undefined, undefined, undefined]);
});
