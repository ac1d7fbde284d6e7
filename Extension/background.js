// Begins and ends captions in tabs. It may be put to sleep at any time: what it must know is in the session's storage.

import {completed} from "./rules/settings.js";
import {styleVariables} from "./rules/appearance.js";
import {goesOn, isOn, telling} from "./rules/states.js";
import {Turns} from "./rules/turns.js";
import {wayFor} from "./rules/way.js";

// A page's scripts may not read what is stored: a token is among it.
chrome.storage.local.setAccessLevel({accessLevel: "TRUSTED_CONTEXTS"});

const pageScripts = ["timeline", "live-captions", "coverage", "player", "announcer", "overlay", "page"].map(name => `page/${name}.js`);
const colours = {on: "#2f6f4f", trouble: "#b3261e"};

const settings = async () => completed(await chrome.storage.local.get());

/** A worker that was put to sleep has nothing under way. */
const turns = new Turns();

// States of tabs

const key = tab => `tab-${tab}`;
const stateOf = async tab => (await chrome.storage.session.get(key(tab)))[key(tab)] ?? {name: "off"};

/** Remembers the state of a tab that is open, if it is wanted still, and tells it to the button, the page and the popup. */
async function come(tab, state, isWanted) {
  if (!await chrome.tabs.get(tab).catch(() => undefined) || !isWanted()) return;
  const {badge, isTrouble} = telling({...state, extension: chrome.runtime.id});
  await chrome.storage.session.set({[key(tab)]: state});
  await Promise.allSettled([
    chrome.action.setBadgeText({tabId: tab, text: badge}),
    chrome.action.setBadgeBackgroundColor({tabId: tab, color: isTrouble ? colours.trouble : colours.on}),
    chrome.runtime.sendMessage({to: "popup", tab, state}),
    toPage(tab, {kind: "state", told: telling({...state, extension: chrome.runtime.id}), ...state}),
  ]);
}

// Messages to others

const toPage = (tab, message) => chrome.tabs.sendMessage(tab, {to: "page", ...message}, {frameId: 0});

const hasEar = async () => (await chrome.runtime.getContexts({contextTypes: ["OFFSCREEN_DOCUMENT"]})).length > 0;
let openingEar;
let closingEar;

/** How many tabs are about to be heard. */
let beginning = 0;

/** Makes sure that there is somebody who hears. */
async function openEar() {
  await closingEar;
  openingEar ??= hasEar().then(isThere => isThere || chrome.offscreen.createDocument({
    url: "ear/ear.html",
    reasons: ["USER_MEDIA"],
    justification: "Hears the tab whose sounds are to be captioned.",
  })).finally(() => { openingEar = undefined; });
  await openingEar;
}

const toEar = message => chrome.runtime.sendMessage({to: "ear", ...message});

const forPage = set => ({variables: styleVariables(set), place: set.place, hidden: set.hidden});

// Beginning and ending

/** `refusal` makes the state of a page into which the browser lets no captions. */
async function begin(tab, refusal = error => ({name: "closed", error})) {
  const isWanted = turns.want(tab, true);
  await come(tab, {name: "starting"}, isWanted);
  if (isWanted()) await quieten(tab, isWanted);
  const set = await settings();
  let video;
  try {
    const sheet = await preparePage(tab);
    if (!isWanted()) return;
    video = await toPage(tab, {kind: "begin", sheet, ...forPage(set)});
  } catch (error) {
    return come(tab, refusal(error.message), isWanted);
  }
  await come(tab, {name: "starting"}, isWanted);  // now there is an overlay that can say so
  await take(tab, wayFor(video, set), set, isWanted);
}

/** Puts our scripts into a page that has none yet. Resolves to the style sheet of captions. */
async function preparePage(tab) {
  const [{result: hasScripts}] = await chrome.scripting.executeScript(
    {target: {tabId: tab}, func: () => Boolean(globalThis.captionedPage)});
  if (!hasScripts) await chrome.scripting.executeScript({target: {tabId: tab}, files: pageScripts});
  return (await fetch(chrome.runtime.getURL("page/overlay.css"))).text();
}

/** Goes one of the two ways. */
async function take(tab, way, set, isWanted) {
  beginning += 1;
  try {
    if (isWanted()) await openEar();
    if (isWanted()) await toPage(tab, {kind: "connect", way});
    const told = isWanted() && await toEar({kind: "begin", tab, settings: set, way});
    if (told?.error) throw new Error(told.error);
  } catch (error) {
    await come(tab, {name: "failed", error: error.message}, isWanted);
  } finally {
    beginning -= 1;
  }
}

const goingOn = new Set();  // tabs

/**
 * Begins again in a page that took the place of a captioned one, as soon as both is known: that the old one is gone, and
 * that the new one is there. They come in any order.
 *
 * The browser takes back what a press of the button gave when a tab goes to another site, and clears the button's text with
 * each page: so both are tried anew, that who waits for captions knows of it, and has them where they may be.
 */
async function goOn(tab) {
  if (goingOn.has(tab)) return;
  goingOn.add(tab);
  const isWanted = turns.now(tab);
  try {
    const isThere = (await chrome.tabs.get(tab).catch(() => undefined))?.status === "complete";
    if (isThere && goesOn(await stateOf(tab)) && isWanted()) await begin(tab, () => ({name: "elsewhere"}));
  } finally {
    goingOn.delete(tab);
  }
}

async function end(tab) {
  const isWanted = turns.want(tab, false);
  await come(tab, {name: "off"}, isWanted);
  if (isWanted()) await quieten(tab, isWanted);
  if (isWanted()) await toPage(tab, {kind: "end"}).catch(() => {});  // the page may be gone
}

/** The last tab that is not heard any more closes the ear, unless it, or another one, is about to be heard. */
async function quieten(tab, isWanted) {
  await openingEar?.catch(() => {});  // who is not there yet does not listen to orders
  if (!await hasEar()) return;
  const told = await toEar({kind: "end", tab}).catch(() => undefined);  // another tab may have closed it
  if (told?.sessions !== 0 || beginning > 0 || !isWanted()) return;
  closingEar ??= chrome.offscreen.closeDocument().catch(() => {}).finally(() => { closingEar = undefined; });
  await closingEar;
}

// What others say

const orders = {
  begin: ({tab}) => begin(tab),
  end: ({tab}) => end(tab),
  options: () => chrome.runtime.openOptionsPage(),
  place: ({tab, place}) => chrome.storage.local.set({place: {...place, movedIn: tab}}),

  /** What the ear tells may come after the end. */
  async state({tab, state}) {
    const isWanted = turns.now(tab);
    if (isOn(await stateOf(tab))) await come(tab, state, isWanted);
  },

  /** Answers with the identifier of a stream of the tab's sound, or with why there is none. */
  async capture({tab}) {
    try {
      return {streamId: await chrome.tabCapture.getMediaStreamId({targetTabId: tab})};
    } catch (error) {
      return {error: error.message};
    }
  },

  /** Another video plays in the same page; where the tab is listened to, that goes on. */
  async changed({tab, video, way}) {
    const isWanted = turns.now(tab);
    const set = await settings();
    const next = wayFor(video, set);
    if (next.kind === "sound" && way.kind === "sound") await toPage(tab, {kind: "connect", way});
    else if (next.address !== way.address) await take(tab, next, set, isWanted);
  },

  /** The page is gone from its tab. Where another one loads, captions go on if the browser lets them. */
  async left({tab}) {
    const isWanted = turns.now(tab);
    await quieten(tab, isWanted);
    if (isOn(await stateOf(tab))) await come(tab, {name: "reloading"}, isWanted);
    await goOn(tab);
  },
};

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (message.to !== "background") return false;
  const done = orders[message.kind]({...message, tab: sender.tab?.id ?? message.tab});
  if (message.kind !== "capture") return false;
  done.then(answer);
  return true;  // the answer comes later
});

chrome.tabs.onUpdated.addListener((tab, {status}) => {
  if (status === "complete") goOn(tab);
});

chrome.tabs.onRemoved.addListener(async tab => {
  const isWanted = turns.want(tab, false);
  await chrome.storage.session.remove(key(tab));
  await quieten(tab, isWanted);
});

chrome.storage.local.onChanged.addListener(async changes => {
  const asksAnew = ["service", "token", "soundOnly"].some(name => name in changes);
  const set = await settings();
  const view = forPage(set);
  for (const [name, state] of Object.entries(await chrome.storage.session.get())) {
    const tab = Number(name.slice("tab-".length));
    const isKnownThere = changes.place?.newValue?.movedIn === tab;  // and there they may have been moved again since
    if (!isOn(state) || isKnownThere) continue;
    const isWanted = turns.now(tab);
    const video = await toPage(tab, {kind: "settings", ...view}).catch(() => undefined);
    if (asksAnew && video !== undefined) await take(tab, wayFor(video, set), set, isWanted);
  }
});
