// The document without a window that hears tabs and speaks with the caption service: a service worker would be put to sleep.

import {Session} from "./session.js";

const sessions = new Map();  // by tab
const ports = new Map();  // to the page in it

/** A new session for a tab, in the place of the one before. */
function begin(tab, settings) {
  sessions.get(tab)?.end();
  const session = new Session(settings, state => {
    if (sessions.get(tab) === session) chrome.runtime.sendMessage({to: "background", kind: "state", tab, state});
  });
  sessions.set(tab, session);
  if (ports.has(tab)) session.connect(ports.get(tab));
  return session;
}

const orders = {
  caption({tab, settings, address}) {
    const decline = reason => chrome.runtime.sendMessage({to: "background", kind: "declined", tab, reason});
    begin(tab, settings).caption(address, decline);
  },
  listen({tab, settings, streamId}) {
    begin(tab, settings).listen(streamId);
  },
  async end({tab}) {
    const session = sessions.get(tab);
    sessions.delete(tab);
    await session?.end();
  },
};

chrome.runtime.onMessage.addListener((message, _, answer) => {
  if (message.to !== "ear") return false;
  Promise.resolve(orders[message.kind](message)).then(() => answer({sessions: sessions.size}));
  return true;  // the answer comes later
});

// A page that goes away takes its port with it.
chrome.runtime.onConnect.addListener(port => {
  const tab = port.sender.tab.id;
  ports.set(tab, port);
  sessions.get(tab)?.connect(port);
  port.onDisconnect.addListener(() => {
    if (ports.get(tab) === port) ports.delete(tab);
    if (sessions.has(tab)) chrome.runtime.sendMessage({to: "background", kind: "left", tab});
  });
});
