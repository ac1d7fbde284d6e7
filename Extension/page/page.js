// Captions in a page: what comes from the service goes over the video that plays.

const beat = 100;  // milliseconds from one look at the video to the next
const lookEvery = 10;  // beats from one search for another video to the next
const stateStays = 4000;  // milliseconds for which a state is told that needs nothing done

const toBackground = message => chrome.runtime.sendMessage({to: "background", ...message});

/** Captions over the page's video, from when they are switched on until they are switched off. */
class CaptionedPage {
  #player = new Player();
  #timeline = new Timeline();
  #live = new LiveCaptions(this.#timeline);
  #coverage = new Coverage();
  #announcer = new Announcer();
  #overlay;
  #hidden;
  #port;
  #way;
  #described;
  #beats = 0;
  #quietAt = Infinity;
  #ending = new AbortController();

  constructor({sheet, ...view}) {
    this.#overlay = new Overlay(sheet);
    this.#overlay.onMoved = place => toBackground({kind: "place", place});
    this.#overlay.onClosed = () => toBackground({kind: "end"});
    this.#overlay.onOptions = () => toBackground({kind: "options"});
    this.#player.look();
    this.#raise();
    this.settings(view);
    this.#described = JSON.stringify(this.description);
    const interval = setInterval(() => this.#beat(), beat);
    const {signal} = this.#ending;
    signal.addEventListener("abort", () => clearInterval(interval));
    // A page that comes back from the browser's cache is as one that is loaded: what it showed then is not told of it now.
    window.addEventListener("pagehide", () => captionedPage.end(), {signal});
    document.addEventListener("fullscreenchange", () => this.#raise(), {signal});
    for (const kind of ["scroll", "resize"]) {
      window.addEventListener(kind, () => this.#overlay.fit(this.#player.frame), {signal, capture: true, passive: true});
    }
  }

  get description() {
    return this.#player.description;
  }

  /** Takes what is set; answers with what is to be known of the page's video. */
  settings({variables, place, hidden}) {
    this.#overlay.look = {variables, place};
    this.#hidden = new Set(hidden);
    return this.description;
  }

  /** Says the state; how far the service is only where what plays is not captioned yet. */
  state({name, told}) {
    const isAhead = name === "waiting" && this.#coverage.has(this.#player.time);
    this.#overlay.say(isAhead ? {} : told);
    this.#quietAt = told.lasts ? Infinity : Date.now() + stateStays;
  }

  /** Captions come this way from now on: those that came before were of another video, or came another way. */
  connect({way}) {
    this.#way = way;
    this.#timeline.clear();
    this.#live = new LiveCaptions(this.#timeline);
    this.#coverage = new Coverage();
    if (this.#port) return;
    this.#port = chrome.runtime.connect();
    this.#port.onMessage.addListener(message => this.#take(message));
  }

  end() {
    this.#ending.abort();
    this.#port?.disconnect();
    this.#overlay.remove();
  }

  #take(message) {
    if (message.kind === "heard") return this.#live.take(message, this.#player.time);
    if (message.kind === "unheard") return this.#live.end();
    if (message.kind === "covered") return this.#coverage.reach(message.until);
    if (message.kind === "declined") return this.#way = {kind: "sound"};
    const {label, score, begin_seconds: begin, end_seconds: end} = message.caption;
    this.#timeline.set(`${begin} ${label}`, {label, score}, [{begin, end}]);
  }

  #beat() {
    if (this.#beats++ % lookEvery === 0) this.#look();
    const {time, rate, isInterrupted} = this.#player;
    this.#live.see(Date.now(), time, rate);
    const isLate = this.#way?.kind === "address" && this.#coverage.isLate(Date.now(), time, isInterrupted ? 0 : rate);
    if (isLate) this.#port.postMessage({kind: "late"});
    const shown = isInterrupted ? [] : this.#timeline.at(time, this.#hidden);
    const labels = shown.map(caption => caption.label);
    this.#overlay.show(labels, this.#announcer.news(labels, Date.now()));
    if (Date.now() > this.#quietAt) this.#overlay.say();
    if (Date.now() > this.#quietAt) this.#quietAt = Infinity;
    this.#overlay.fit(this.#player.frame);
  }

  /** Another video may have other captions. */
  #look() {
    this.#player.look();
    if (this.#overlay.holder !== this.#player.holder) this.#raise();
    const described = JSON.stringify(this.description);
    if (described === this.#described) return;
    this.#described = described;
    toBackground({kind: "changed", video: this.description, way: this.#way});
  }

  #raise() {
    this.#overlay.raise(this.#player.holder);
    this.#overlay.fit(this.#player.frame);
  }
}

globalThis.captionedPage = {
  now: undefined,

  /** Begins anew, and answers with what is to be known of the page's video. */
  begin(message) {
    this.now?.end();
    this.now = new CaptionedPage(message);
    return this.now.description;
  },

  end() {
    this.now?.end();
    this.now = undefined;
  },
};

chrome.runtime.onMessage.addListener((message, _, answer) => {
  if (message.to !== "page") return;
  const {kind} = message;
  answer(kind in captionedPage ? captionedPage[kind](message) : captionedPage.now?.[kind](message));
});
