// The video of a page, whichever it is now.

/** What a web component keeps for itself; nothing for any other element. */
globalThis.shadowOf = element => (element instanceof HTMLElement ? chrome.dom.openOrClosedShadowRoot(element) : null);

/** What an element is in, also where that is of a web component. */
const outerOf = element => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;

/** What a video is in, or what else is in full screen, outside of which nothing is clicked or read out; mostly nothing. */
function exclusive(video) {
  for (let outer = video && outerOf(video); outer; outer = outerOf(outer)) {
    if (outer.matches("dialog:modal, :fullscreen")) return outer;
  }
  let element = document.fullscreenElement;
  for (let root = shadowOf(element); root?.fullscreenElement; root = shadowOf(element)) element = root.fullscreenElement;
  return element;
}

/** All videos under a root, also in web components. */
function videosUnder(root) {
  const inside = [...root.querySelectorAll("*")].map(shadowOf).filter(Boolean);
  return [...root.querySelectorAll("video"), ...inside.flatMap(videosUnder)];
}

/** The one to caption of {video, area, isPlaying}: one that plays before one that does not, then the largest. */
globalThis.mainVideo = candidates => candidates
  .filter(({area}) => area > 0)
  .sort((one, other) => other.isPlaying - one.isPlaying || other.area - one.area)[0]?.video;

/** Where the picture of a video is in its frame, with as much black at both sides or above and below as its form needs. */
globalThis.pictureIn = ({left, top, width, height}, form) => {
  const shown = {width: Math.min(width, height * form), height: Math.min(height, width / form)};
  return {left: left + (width - shown.width) / 2, top: top + (height - shown.height) / 2, ...shown};
};

/** What plays in a page. Where it has no video - a podcast, a video in somebody else's frame - it plays all the time. */
globalThis.Player = class Player {
  #video;

  /** Looks again for the video, unless the one that is known is still to be seen and plays. */
  look() {
    if (this.#video?.isConnected && !this.#video.paused && this.#area(this.#video) > 0) return;
    this.#video = mainVideo(videosUnder(document).map(video => ({video, area: this.#area(video), isPlaying: !video.paused})));
  }

  /** Where to put captions: {left, top, width, height} in the window. */
  get frame() {
    const video = this.#video;
    if (!video) return {left: 0, top: 0, width: innerWidth, height: innerHeight};
    const {left, top, width, height} = video.getBoundingClientRect();
    const frame = {left, top, width, height};
    const hasMargins = video.videoHeight > 0 && getComputedStyle(video).objectFit === "contain";
    return hasMargins ? pictureIn(frame, video.videoWidth / video.videoHeight) : frame;
  }

  /** The element in which captions are to hang. */
  get holder() {
    const element = exclusive(this.#video);
    // A video and a frame have no room for them: there captions are seen, and that is all.
    if (!element || element.matches("video, iframe, object, embed")) return document.documentElement;
    return shadowOf(element) ?? element;
  }

  /** Seconds. */
  get time() {
    return this.#video?.currentTime ?? performance.now() / 1000;
  }

  /** How fast time goes: 0 while the video stands still. */
  get rate() {
    if (!this.#video) return 1;
    const moves = !this.#video.paused && !this.#video.seeking && this.#video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA;
    return moves ? this.#video.playbackRate : 0;
  }

  /** YouTube plays advertisements in the element of the video, with a clock of their own. */
  get isInterrupted() {
    return Boolean(this.#video?.closest(".ad-showing"));
  }

  /** What the ways to captions depend on; nothing without a video. */
  get description() {
    if (!this.#video) return null;
    return {
      page: location.href,
      source: this.#video.currentSrc,
      isBroadcast: this.#video.duration === Infinity,
      isProtected: Boolean(this.#video.mediaKeys),
      isInterrupted: this.isInterrupted,
    };
  }

  #area(video) {
    const {width, height} = video.getBoundingClientRect();
    return width * height;
  }
};
