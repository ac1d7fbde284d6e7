import assert from "node:assert/strict";
import {test} from "node:test";
import {ServiceAddress} from "../../Extension/rules/address.js";
import {contrast, leastContrast, styleVariables} from "../../Extension/rules/appearance.js";
import {completed, defaults, ranges, themes} from "../../Extension/rules/settings.js";
import {isOn, serviceCommand, telling} from "../../Extension/rules/states.js";

test("without anything stored all is as usual, at the top left", () => {
  assert.deepEqual(completed({}), defaults);
  assert.deepEqual(completed(undefined), defaults);
  assert.deepEqual(defaults.place, {x: 0, y: 0});
});

test("what is stored and good is kept", () => {
  const stored = {
    service: "https://sounds.example.org", token: "t", soundOnly: true, size: 150, opacity: 100, theme: "black-on-white",
    place: {x: 1, y: 0.5}, hidden: ["Speech"],
  };
  assert.deepEqual(completed(stored), stored);
});

test("what is stored and not good is as usual", () => {
  const stored = {
    service: "ftp://a", token: 1, soundOnly: "yes", size: 1000, opacity: 10, theme: "toString", place: {x: 2, y: 0},
    hidden: [1],
  };
  assert.deepEqual(completed(stored), defaults);
});

test("captions have a contrast of 7 on any picture, in every theme and on the thinnest ground (WCAG 2.2, 1.4.6)", () => {
  for (const theme of Object.keys(themes)) {
    const least = leastContrast(theme, ranges.opacity[0]);
    assert.ok(least >= 7, `${theme}: ${least.toFixed(1)}`);
  }
});

test("black and white have the contrast that WCAG tells, a colour has none with itself", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([12, 200, 7], [12, 200, 7]), 1);
});

test("the style sheet is told what is set", () => {
  assert.deepEqual(styleVariables({theme: "black-on-white", opacity: 90, size: 150}),
    {"--text": "rgb(0 0 0)", "--ground": "rgb(255 255 255 / 90%)", "--scale": "1.5"});
});

test("an address of a service is an origin of the web", () => {
  assert.equal(new ServiceAddress("http://127.0.0.1:8765/").text, "http://127.0.0.1:8765");
  for (const text of ["", "127.0.0.1", "ftp://a", "http://a/b", "http://a?b", "http://name@a", "javascript:alert(1)"]) {
    assert.throws(() => new ServiceAddress(text), /^Error: An address .* was expected, not "[^\n]*"\.$/, text);
  }
});

test("only this machine is loopback", () => {
  const loopback = text => new ServiceAddress(text).isLoopback;
  assert.deepEqual(["http://localhost:1", "http://127.0.0.1", "http://[::1]:8765"].map(loopback), [true, true, true]);
  const others = ["http://10.0.0.1", "http://localhost.example.org", "http://127.example.org"];
  assert.deepEqual(others.map(loopback), [false, false, false]);
});

test("access is asked for to one host, live sound goes to the service's address with the token", () => {
  const address = new ServiceAddress("https://sounds.example.org:444");
  assert.equal(address.hostPattern, "https://sounds.example.org/*");
  assert.equal(address.live("a&b"), "wss://sounds.example.org:444/live?token=a%26b");
  assert.equal(new ServiceAddress("http://127.0.0.1:8765").live(""), "ws://127.0.0.1:8765/live");
});

const states = [
  {name: "off"}, {name: "starting"}, {name: "reloading"}, {name: "waiting", progress: 0.4}, {name: "captioned"},
  {name: "partly", seconds: 14400}, {name: "listening"}, {name: "unreachable", service: "http://127.0.0.1:8765"},
  {name: "refused", service: "http://a"}, {name: "declined", service: "http://a", error: "a reason"},
  {name: "failed", error: "a reason"}, {name: "closed", error: "a reason"}, {name: "elsewhere"},
];

test("every state is told, and trouble stays until it is over", () => {
  for (const state of states) {
    const {text, isTrouble, lasts} = telling({...state, extension: "abc"});
    assert.ok(text.length > 10 && !text.includes("undefined"), text);
    assert.ok(!isTrouble || lasts, text);
  }
});

test("the button shows each trouble, and nothing while captions are off", () => {
  const badges = states.map(state => ({...telling({...state, extension: "abc"}), ...state}));
  assert.deepEqual(badges.filter(({isTrouble, badge}) => Boolean(isTrouble) !== (badge === "!")), []);
  assert.deepEqual(badges.filter(({badge}) => badge === "").map(({name}) => name), ["off"]);
});

const usualCommand = "antiphon serve --model RUN --allow-origin chrome-extension://abc";

test("a service that does not answer is started with a command that names this extension, where it is missed", () => {
  const told = service => telling({name: "unreachable", service, extension: "abc"});
  assert.equal(told("http://127.0.0.1:8765").command, usualCommand);
  assert.equal(told("http://127.0.0.1:9000").command, `${usualCommand} --http 9000`);
  assert.match(told("http://127.0.0.1:9000").text, / Start it with:$/);
  assert.match(told("http://10.0.0.1:9000").text, / Start it there with:$/);
});

test("a command has a service listen at the address that is set, beyond its machine with a token", () => {
  const more = service => serviceCommand("abc", service).slice(usualCommand.length).trim();
  const wanted = {
    "http://127.0.0.1:8765": "", "http://localhost:8765": "", "http://localhost:9000": "--http 9000",
    "http://localhost": "--http 80", "http://127.0.0.2:8765": "--http 127.0.0.2:8765",
    "http://[::1]:8765": "--http '[::1]:8765'", "http://10.0.0.1:8765": "--http 0.0.0.0:8765 --token-file FILE",
    "http://[fd00::1]:9000": "--http '[::]:9000' --token-file FILE", "http://sounds": "--http 0.0.0.0:80 --token-file FILE",
    "https://localhost": "", "https://sounds.example.org": "--token-file FILE",
  };
  assert.deepEqual(Object.keys(wanted).map(more), Object.values(wanted));
});

test("captions are on from when they are wanted until they are ended", () => {
  assert.deepEqual(states.filter(state => !isOn(state)).map(({name}) => name), ["off", "closed", "elsewhere"]);
});
