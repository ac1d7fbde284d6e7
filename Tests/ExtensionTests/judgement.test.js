import assert from "node:assert/strict";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {test} from "node:test";
import {Judgement, passTold} from "../Extension/judgement.js";
import {readTruth} from "../Extension/real-service.js";

const sounds = [
  {label: "Bell", begin: 1, end: 2}, {label: "Bell", begin: 4, end: 5}, {label: "Bird", begin: 8, end: 9},
  {label: "Rain", begin: 12, end: 13}, {label: "Dog", begin: 16, end: 17},
];

/** What is seen of sounds that are captioned so many seconds late. */
const seen = (...delays) => delays.flatMap((delay, index) => [
  {time: sounds[index].begin + delay, labels: [sounds[index].label]},
  {time: sounds[index].begin + delay + 1.5, labels: []},
]);

test("of live captions, most have to come in time", () => {
  const judgement = new Judgement(sounds);
  judgement.passMostly("live", seen(1, 1, 1, 3, 3), 0, 20, 2);
  assert.throws(() => judgement.passMostly("live", seen(1, 1, 3, 3, 3), 0, 20, 2), /most captions came late/);
});

test("what a service tells has to be seen at once", () => {
  const seen = [{at: 0, labels: []}, {at: 5300, labels: ["Bell"]}, {at: 7000, labels: []}, {at: 20000, labels: []}];
  passTold("live", [{label: "Bell", at: 5000}, {label: "Bell", at: 6000}], seen, 0.5);
  assert.throws(() => passTold("live", [{label: "Bell", at: 4700}], seen, 0.5), /not seen: Bell/);
  assert.throws(() => passTold("live", [{label: "Bird", at: 6000}], seen, 0.5), /not seen: Bird/);
  seen[1].labels = ["Bell", "Cat", "Dog", "Rain"];  // there is no room for more
  passTold("live", [{label: "Bird", at: 6000}], seen, 0.5);
});

test("a true sound is captioned if it is on the screen in time, also where its caption began earlier", () => {
  const judgement = new Judgement(sounds);
  const shown = judgement.tellShown("live", [{time: 0.9, labels: ["Bell"]}, ...seen(0, 0, 1, 3).slice(3)], 20, 2);
  assert.deepEqual(shown.map(({begin}) => begin), [1, 4, 8]);
});

test("true times are read as scenes have them", t => {
  const folder = mkdtempSync(join(tmpdir(), "antiphon-truth-"));
  t.after(() => rmSync(folder, {recursive: true}));
  const file = join(folder, "events.csv");
  writeFileSync(file, 'path,label,begin_seconds,end_seconds\na.flac,Bell,0.5,2\na.flac,"Bird, song",3,4.25\n');
  assert.deepEqual(readTruth(file), [{label: "Bell", begin: 0.5, end: 2}, {label: "Bird, song", begin: 3, end: 4.25}]);
  writeFileSync(file, "path,label,begin_seconds,end_seconds\na.flac,Bell,soon,2\n");
  assert.throws(() => readTruth(file), /two times were expected in line 2 of .*events.csv/);
});
