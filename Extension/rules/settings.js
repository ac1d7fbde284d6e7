// What a user has set. Nothing here knows where it is stored.

import {ServiceAddress} from "./address.js";

/** Colours of text and of its ground, each with a contrast that holds on every picture: see `appearance.js`. */
export const themes = {
  "white-on-black": {name: "White on black", text: [255, 255, 255], ground: [0, 0, 0]},
  "yellow-on-black": {name: "Yellow on black", text: [255, 235, 60], ground: [0, 0, 0]},
  "black-on-white": {name: "Black on white", text: [0, 0, 0], ground: [255, 255, 255]},
};

/** In percent. The ground is never so thin that text on it could not be read. */
export const ranges = {size: [60, 250], opacity: [75, 100]};

export const defaults = {
  service: "http://127.0.0.1:8765",
  token: "",
  soundOnly: false,  // never tell the service an address
  size: 100,
  opacity: 85,
  theme: "white-on-black",
  place: {x: 0, y: 0},  // shares of the free width and height, from the top left
  hidden: [],  // labels that are not shown
};

const within = ([least, most]) => value => Number.isFinite(value) && value >= least && value <= most;
const isText = value => typeof value === "string";
const isShare = within([0, 1]);

const isGood = {
  service: value => {
    try {
      return Boolean(new ServiceAddress(value));
    } catch {
      return false;
    }
  },
  token: isText,
  soundOnly: value => typeof value === "boolean",
  size: within(ranges.size),
  opacity: within(ranges.opacity),
  theme: value => Object.hasOwn(themes, value),
  place: value => isShare(value?.x) && isShare(value?.y),
  hidden: value => Array.isArray(value) && value.every(isText),
};

/** All settings: what is stored where that is good, and what is usual otherwise. */
export function completed(stored) {
  const entries = Object.entries(defaults).map(([name, usual]) => [name, isGood[name](stored?.[name]) ? stored[name] : usual]);
  return Object.fromEntries(entries);
}
