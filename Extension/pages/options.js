// The one page of options. What is changed is stored at once; the service's address when it is tried.

import {ServiceAddress} from "../rules/address.js";
import {styleVariables} from "../rules/appearance.js";
import {completed, ranges, themes} from "../rules/settings.js";
import {serviceCommand} from "../rules/states.js";
import {offerPlaces, showPlace} from "./place-choice.js";
import {Declined, Refused, Service, Unreachable} from "../ear/service.js";

const find = id => document.getElementById(id);
let settings = completed(await chrome.storage.local.get());

async function store(changes) {
  settings = {...settings, ...changes};
  await chrome.storage.local.set(changes);
}

// How captions look

for (const [value, {name}] of Object.entries(themes)) find("theme").append(new Option(name, value));
for (const [name, [least, most]] of Object.entries(ranges)) Object.assign(find(name), {min: least, max: most});

function showLooks() {
  find("theme").value = settings.theme;
  showPlace(find("place"), settings.place);
  for (const name of Object.keys(ranges)) {
    find(name).value = settings[name];
    find(name).nextElementSibling.value = `${settings[name]} %`;
  }
  const variables = styleVariables(settings);
  const {style} = find("preview");
  style.setProperty("--text-of-captions", variables["--text"]);
  style.setProperty("--ground-of-captions", variables["--ground"]);
  style.setProperty("--scale", variables["--scale"]);
}

find("theme").addEventListener("change", event => store({theme: event.target.value}));
for (const name of Object.keys(ranges)) {
  find(name).addEventListener("input", event => store({[name]: Number(event.target.value)}));
}
offerPlaces(find("place"), place => store({place}));

// What is moved over a video is told here, too.
chrome.storage.local.onChanged.addListener(async () => {
  settings = completed(await chrome.storage.local.get());
  showLooks();
});

// Which sounds are shown

let labels = [];
const wanted = () => labels.filter(label => label.toLowerCase().includes(find("search").value.trim().toLowerCase()));

function showLabels() {
  const hidden = new Set(settings.hidden);
  find("no-labels").hidden = labels.length > 0;
  find("choice").hidden = labels.length === 0;
  find("labels").replaceChildren(...wanted().map(label => {
    const box = Object.assign(document.createElement("input"), {type: "checkbox", checked: !hidden.has(label)});
    box.addEventListener("change", () => hide([label], !box.checked));
    const line = document.createElement("label");
    line.append(box, label);
    const item = document.createElement("li");
    item.append(line);
    return item;
  }));
  showCount();
}

function showCount() {
  find("count").value = `${labels.filter(label => !settings.hidden.includes(label)).length} of ${labels.length} are shown`;
}

async function hide(some, isHidden) {
  const others = settings.hidden.filter(label => !some.includes(label));
  await store({hidden: isHidden ? [...others, ...some] : others});
  showCount();
}

find("search").addEventListener("input", showLabels);
find("all").addEventListener("click", () => hide(wanted(), false).then(showLabels));
find("none").addEventListener("click", () => hide(wanted(), true).then(showLabels));

// The service

function answer(text, kind) {
  find("answer").textContent = text;
  find("answer").className = kind;
}

function showCommand() {
  find("command").textContent = serviceCommand(chrome.runtime.id, settings.service);
}

/** Asks the service what it knows, and tells how that went. */
async function tryService() {
  const address = new ServiceAddress(settings.service);
  try {
    labels = await new Service(address, settings.token).labels();
    answer(`The service answers, and knows ${labels.length} sounds.`, "good");
  } catch (error) {
    labels = [];
    if (error instanceof Unreachable) answer(`No answer from ${address.text}: is it running, with the command below?`, "bad");
    else if (error instanceof Refused) answer("The service does not accept the token.", "bad");
    else if (error instanceof Declined) answer(`What answers at ${address.text} tells no sounds: ${error.message}`, "bad");
    else answer(`What answers at ${address.text} is no service of Antiphon: ${error.message}`, "bad");
  }
  showLabels();
}

/** Beyond this machine, Chrome asks the user; what was granted for another host is given back. */
async function permit(address) {
  const before = new ServiceAddress(settings.service);
  const origins = [address.hostPattern];
  if (!address.isLoopback && !await chrome.permissions.request({origins})) {
    throw new Error(`Without access to ${address.text} the service there cannot be asked.`);
  }
  if (!before.isLoopback && before.hostPattern !== address.hostPattern) {
    await chrome.permissions.remove({origins: [before.hostPattern]});
  }
}

find("service-form").addEventListener("submit", async event => {
  event.preventDefault();
  try {
    const address = new ServiceAddress(find("service").value.trim());
    await permit(address);
    await store({service: address.text, token: find("token").value.trim()});
    find("service").value = settings.service;
    showCommand();
    answer("Asking…", "quiet");
    await tryService();
  } catch (error) {
    answer(error.message, "bad");
  }
});

find("copy").addEventListener("click", () => navigator.clipboard.writeText(find("command").textContent));
find("sound-only").addEventListener("change", event => store({soundOnly: event.target.checked}));

find("service").value = settings.service;
find("token").value = settings.token;
find("sound-only").checked = settings.soundOnly;
find("identifier").textContent = chrome.runtime.id;
showCommand();
showLooks();
await tryService();
