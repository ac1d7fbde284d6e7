// The document without a window that hears tabs and speaks with the caption service: a service worker would be put to sleep.

import {Session} from "./session.js";
import {TabSound} from "./tab-sound.js";

const sessions = new Map();  // by tab
const ports = new Map();  // to the page in it

/** Only the service worker may ask for a tab's sound. */
async function capture(tab) {
  const {streamId, error} = await chrome.runtime.sendMessage({to: "background", kind: "capture", tab});
  if (error) throw new Error(error);
  return TabSound.capture(streamId);
}

const orders = {
  /** A new session for a tab, in the place of the one before. */
  async begin({tab, settings, way}) {
    const before = sessions.get(tab);
    const tell = state => {
      if (sessions.get(tab) === session) chrome.runtime.sendMessage({to: "background", kind: "state", tab, state});
    };
    const session = new Session(settings, {tell, capture: () => capture(tab)});
    sessions.set(tab, session);
    if (ports.has(tab)) session.connect(ports.get(tab));
    await before?.end();  // a tab is captured once at a time
    if (way.kind === "address") session.caption(way.address);
    else session.listen();
  },
  async end({tab}) {
    const session = sessions.get(tab);
    sessions.delete(tab);
    await session?.end();
  },
};

chrome.runtime.onMessage.addListener((message, _, answer) => {
  if (message.to !== "ear") return false;
  orders[message.kind](message).then(
    () => answer({sessions: sessions.size}),
    error => answer({sessions: sessions.size, error: error.message}));
  return true;  // the answer comes later, also where an order fails: somebody waits for it
});

// A page that goes away takes its port with it.
chrome.runtime.onConnect.addListener(port => {
  const tab = port.sender.tab.id;
  ports.set(tab, port);
  sessions.get(tab)?.connect(port);
  port.onMessage.addListener(({kind}) => {
    if (kind === "late") sessions.get(tab)?.late();
  });
  port.onDisconnect.addListener(() => {
    if (ports.get(tab) === port) ports.delete(tab);
    if (sessions.has(tab)) chrome.runtime.sendMessage({to: "background", kind: "left", tab});
  });
});
