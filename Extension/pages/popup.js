// The button: who presses it wants captions. What it opens tells how that goes, and ends them.

import {completed} from "../rules/settings.js";
import {isOn, telling} from "../rules/states.js";
import {offerPlaces, showPlace} from "./place-choice.js";

const find = id => document.getElementById(id);
const [{id: tab}] = await chrome.tabs.query({active: true, currentWindow: true});
const toBackground = kind => chrome.runtime.sendMessage({to: "background", kind, tab});

function show(state) {
  const {text, command, isTrouble} = telling({...state, extension: chrome.runtime.id});
  find("text").textContent = text;
  find("text").className = isTrouble ? "bad" : "";
  find("command").textContent = command ?? "";
  find("command").hidden = find("copy").hidden = !command;
  find("switch").textContent = isOn(state) ? "End captions" : "Show captions";
  find("switch").onclick = () => toBackground(isOn(state) ? "end" : "begin");
}

chrome.runtime.onMessage.addListener(message => {
  if (message.to === "popup" && message.tab === tab) show(message.state);
});
find("copy").addEventListener("click", () => navigator.clipboard.writeText(find("command").textContent));
find("options").addEventListener("click", () => chrome.runtime.openOptionsPage());
offerPlaces(find("place"), place => chrome.storage.local.set({place}));
showPlace(find("place"), completed(await chrome.storage.local.get()).place);

const key = `tab-${tab}`;
const {[key]: state = {name: "off"}} = await chrome.storage.session.get(key);
show(state);
if (!isOn(state)) toBackground("begin");
