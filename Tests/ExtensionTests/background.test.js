import assert from "node:assert/strict";
import {beforeEach, test} from "node:test";

const tab = 1;
const turn = () => new Promise(resolve => setImmediate(resolve));
const turns = async count => { for (let times = 0; times < count; times++) await turn(); };

// A browser with one tab. All that it is told arrives a turn later, and is answered after another one.

let stored, page, ear, badge, listeners;

const told = arrive => async (...words) => {
  await turn();
  const answer = await arrive(...words);
  await turn();
  return answer;
};

const event = name => ({addListener: listener => { listeners[name] = listener; }});

function tellEar({kind, tab}) {
  if (!ear?.isOpen) throw new Error("Could not establish connection. Receiving end does not exist.");
  if (kind === "begin") ear.sessions.add(tab);
  else ear.sessions.delete(tab);
  return {sessions: ear.sessions.size};
}

function tellPage(_, {kind}) {
  if (!page.hasScripts) throw new Error("Could not establish connection. Receiving end does not exist.");
  if (kind === "begin") page.isBegun = true;
  if (kind === "end") page.isBegun = page.isConnected = false;
  if (kind === "connect" && page.isBegun) page.isConnected = true;
  if (kind === "state" && page.isBegun) page.states.push(stored[`tab-${tab}`].name);
  return null;
}

async function openEar() {
  if (ear) throw new Error("Only a single offscreen document may be created.");
  ear = {isOpen: false, sessions: new Set()};
  await turns(3);
  ear.isOpen = true;
}

function closeEar() {
  if (!ear) throw new Error("No current offscreen document.");
  ear = undefined;
}

listeners = {};
globalThis.chrome = {
  action: {setBadgeText: told(({text}) => { badge = text; }), setBadgeBackgroundColor: told(() => {})},
  offscreen: {createDocument: told(openEar), closeDocument: told(closeEar)},
  runtime: {
    id: "abc",
    getContexts: told(() => ear ? [ear] : []),
    getURL: () => "data:text/css,",
    onMessage: event("message"),
    sendMessage: told(message => message.to === "ear" ? tellEar(message) : undefined),
  },
  scripting: {executeScript: told(({files}) => {
    if (page.isClosed) throw new Error("Cannot access contents of the page.");
    const result = page.hasScripts;
    if (files) page.hasScripts = true;
    return [{result}];
  })},
  storage: {
    local: {get: told(() => ({})), onChanged: event("changed"), setAccessLevel() {}},
    session: {
      get: told(() => ({...stored})),
      set: told(values => Object.assign(stored, values)),
    },
  },
  tabs: {
    get: told(() => ({status: "complete"})),
    onRemoved: event("removed"),
    onUpdated: event("updated"),
    sendMessage: told(tellPage),
  },
};
await import("../../Extension/background.js");

const newPage = more => ({hasScripts: false, isBegun: false, isConnected: false, states: [], ...more});

beforeEach(() => {
  [stored, page, ear, badge] = [{}, newPage(), undefined, ""];
});

const order = (kind, more) => listeners.message({to: "background", kind, tab, ...more}, {}, () => {});
const settled = () => turns(100);
const state = () => stored[`tab-${tab}`].name;

test("captions begin, and the page is told so as soon as it can tell that", async () => {
  order("begin");
  await settled();
  assert.deepEqual([page.isConnected, ear.sessions.has(tab)], [true, true]);
  assert.deepEqual(page.states, ["starting"]);
});

test("captions that are ended while they begin stay ended, whenever that is", async () => {
  for (let count = 0; count < 60; count++) {
    order("begin");
    await turns(count);
    order("end");
    await settled();
    assert.deepEqual([state(), page.isBegun, ear], ["off", false, undefined], `after ${count} turns`);
    page.hasScripts = count % 2 > 0;
  }
});

test("captions that are wanted again while they end begin, whenever that is", async () => {
  for (let count = 0; count < 60; count++) {
    order("begin");
    await settled();
    order("end");
    await turns(count);
    order("begin");
    await settled();
    assert.deepEqual([state(), page.isConnected, ear?.sessions.has(tab)], ["starting", true, true], `after ${count} turns`);
  }
});

test("what the service says of captions that were ended meanwhile changes nothing", async () => {
  for (let count = 0; count < 20; count++) {
    order("begin");
    await settled();
    order("end");
    await turns(count);
    order("state", {state: {name: "listening"}});
    await settled();
    assert.equal(state(), "off", `after ${count} turns`);
  }
});

test("another video in a page whose captions end is not captioned", async () => {
  const video = {page: "http://localhost/", source: "http://localhost/film.webm", isBroadcast: false, isProtected: false};
  for (let count = 0; count < 20; count++) {
    order("begin");
    await settled();
    order("changed", {video, way: {kind: "sound"}});
    await turns(count);
    order("end");
    await settled();
    assert.equal(ear, undefined, `after ${count} turns`);
  }
});

/** Another page comes into the tab: the browser clears the badge, and says when the page is there. */
async function go(more) {
  [page, badge] = [newPage(more), ""];
  if (ear?.sessions.has(tab)) order("left");
  listeners.updated(tab, {status: "complete"});
  await settled();
}

test("captions go on in the next page of a site", async () => {
  order("begin");
  await settled();
  await go();
  assert.deepEqual([state(), page.isConnected, ear.sessions.has(tab)], ["starting", true, true]);
});

test("captions that are not let into another site say so, in each of its pages, and begin where the button is pressed", async () => {
  order("begin");
  await settled();
  for (let count = 0; count < 2; count++) {
    await go({isClosed: true});
    assert.deepEqual([state(), badge, ear], ["elsewhere", "!", undefined]);
  }
  page.isClosed = false;
  order("begin");
  await settled();
  assert.deepEqual([state(), page.isConnected, ear.sessions.has(tab)], ["starting", true, true]);
});

test("captions that another site did not let in go on in a page that does", async () => {
  order("begin");
  await settled();
  await go({isClosed: true});
  await go();
  assert.deepEqual([state(), page.isConnected, ear.sessions.has(tab)], ["starting", true, true]);
});

test("a page in which the button is pressed, and which lets no captions in, is not tried again", async () => {
  page.isClosed = true;
  order("begin");
  await settled();
  assert.deepEqual([state(), badge], ["closed", "!"]);
  await go();
  assert.deepEqual([state(), badge, page.isBegun], ["closed", "", false]);
});

const other = 2;

/** Ends captions in the tabs, so many turns after one another. */
async function end(tabs, count) {
  for (const tab of tabs) {
    order("end", {tab});
    await turns(count);
  }
  await settled();
  assert.equal(ear, undefined, `after ${count} turns`);
}

test("captions begin in one tab though they end in another one, whenever that is", async () => {
  for (let count = 0; count < 60; count++) {
    order("begin");
    await settled();
    order("end");
    await turns(count);
    order("begin", {tab: other});
    await settled();
    assert.ok(ear?.sessions.has(other), `after ${count} turns`);
    await end([other], count);
  }
});

test("captions begin in two tabs at once, and end there", async () => {
  for (let count = 0; count < 20; count++) {
    order("begin");
    await turns(count);
    order("begin", {tab: other});
    await settled();
    assert.deepEqual([...ear.sessions].sort(), [tab, other], `after ${count} turns`);
    await end([tab, other], count);
  }
});
