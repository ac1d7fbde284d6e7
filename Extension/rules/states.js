// What is told of the state that captions are in, in the overlay and in the popup alike.

import {ServiceAddress} from "./address.js";

/** Where `antiphon serve` listens if it is told nothing else. */
const usualPlace = "8765";

// In tens: a screen reader reads out what changes.
const percent = share => `${Math.floor(share * 10) * 10} %`;

const length = seconds => (seconds < 120 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`);

const isHere = service => new ServiceAddress(service).isLoopback;

/** The command that starts a service which this extension may ask, at the address; where it is on another machine, there. */
export function serviceCommand(extension, service) {
  const place = new ServiceAddress(service).listeningPlace;
  const quoted = place?.startsWith("[") ? `'${place}'` : place;  // a shell has a meaning of its own for brackets
  return [
    `antiphon serve --model RUN --allow-origin chrome-extension://${extension}`,
    place && place !== usualPlace && `--http ${quoted}`,
    !isHere(service) && "--token-file FILE",  // beyond its machine it serves nobody without one
  ].filter(Boolean).join(" ");
}

// Each: the text, and where there is something to do, what. `lasts`: it is shown as long as it holds, not only at first.
const told = {
  off: () => ({text: "Captions are off."}),
  starting: () => ({text: "Captions begin…", lasts: true}),
  reloading: () => ({text: "Captions wait for the page.", lasts: true}),
  waiting: ({progress}) => ({text: `Captions of the whole video: ${percent(progress ?? 0)} is heard.`, lasts: true}),
  captioned: () => ({text: "The whole video is captioned."}),
  partly: ({seconds}) => ({
    text: `The first ${length(seconds)} are captioned, for the service hears no more. After that, this tab is listened to.`,
  }),
  listening: () => ({text: "Listening to the sound of this tab."}),
  unreachable: ({service, extension}) => ({
    text: `No answer from the caption service at ${service}. Is it running, and does it know this extension? `
      + `Start it ${isHere(service) ? "" : "there "}with:`,
    command: serviceCommand(extension, service),
    lasts: true,
    isTrouble: true,
  }),
  refused: ({service}) => ({
    text: `The caption service at ${service} does not accept the token. Set the right one in the options.`,
    lasts: true,
    isTrouble: true,
  }),
  declined: ({service, error}) => ({
    text: `The caption service at ${service} says: ${error}. It is asked again every few seconds.`,
    lasts: true,
    isTrouble: true,
  }),
  failed: ({error}) => ({text: `There can be no captions: ${error}`, lasts: true, isTrouble: true}),
  closed: ({error}) => ({
    text: `This page does not let captions in (${error}). Try it on another one.`,
    lasts: true,
    isTrouble: true,
  }),
  elsewhere: () => ({
    text: "The browser lets captions into another site only where its button is pressed: press it again to caption this page.",
    lasts: true,
    isTrouble: true,
  }),
};

/** The short text on the button: on, at work, or in trouble. */
const badges = {
  starting: "…", reloading: "…", waiting: "…", captioned: "on", partly: "on", listening: "on",
  unreachable: "!", refused: "!", declined: "!", failed: "!", closed: "!", elsewhere: "!",
};

/** What to tell of {name, …}: {text, command, lasts, isTrouble, badge}. */
export function telling(state) {
  return {...told[state.name](state), badge: badges[state.name] ?? ""};
}

/** Whether captions come, or are tried to. */
export const isOn = state => !["off", "closed", "elsewhere"].includes(state.name);

/** Whether captions go on by themselves in the next page of the tab, if the browser lets them. */
export const goesOn = state => state.name === "reloading" || state.name === "elsewhere";
