// From the clock of live sound to the video's, and captions of live sound on that.

/** Beyond so many seconds between where a video should be and where it is, it was moved. */
const jump = 0.25;

/** A service hears windows of sound: for so many milliseconds after a video was moved, they reach back to before that. */
const settling = 1000;

/** So many milliseconds after a sound, nothing changes its caption any more, and the moment is over for which it stays. */
const settled = 20_000;

/** When which part of a video has sounded: a plain value. Times of the wall are in milliseconds, the video's in seconds. */
globalThis.PlayingClock = class PlayingClock {
  #parts = [];  // {wallBegin, wallEnd, videoBegin, rate, isNow}

  /**
   * The video is seen at a time, moving at a rate, or standing still (rate 0).
   *
   * Returns whether a part ended: the video was stopped, moved or set to another rate.
   */
  see(wall, video, rate) {
    const last = this.#parts.at(-1);
    if (last?.isNow && last.rate === rate && Math.abs(this.#video(last, wall) - video) < jump) {
      last.wallEnd = wall;
      return false;
    }
    const hasEnded = Boolean(last?.isNow);
    if (last) last.isNow = false;
    if (rate > 0) this.#parts.push({wallBegin: wall, wallEnd: wall, videoBegin: video, rate, isNow: true});
    return hasEnded;
  }

  /**
   * What was played from one time to another, as spans of the video; `isNow` is the one in which it goes on.
   * A sound that began before a part is taken to be in it, too, when it is still heard a while into it.
   *
   * - `until`: `Infinity` for a sound that goes on, as far as it is known at the time `heard`.
   */
  spans(from, until, heard) {
    const known = Math.min(until, heard);
    const isIn = part => (part.isNow || from < part.wallEnd) && known > part.wallBegin + (from < part.wallBegin ? settling : 0);
    return this.#parts.filter(isIn).map(part => ({
      begin: this.#video(part, Math.max(from, part.wallBegin)),
      // Where the video stops, what sounded last stays on the screen.
      end: this.#video(part, part.isNow ? until : Math.min(until, part.wallEnd + jump * 1000)),
      isNow: part.isNow,
    }));
  }

  #video({wallBegin, videoBegin, rate}, wall) {
    return videoBegin + (wall - wallBegin) / 1000 * rate;
  }
};

/** Puts captions of live sound into a timeline, at the times of the video at which they sounded. */
globalThis.LiveCaptions = class LiveCaptions {
  #timeline;
  #clock = new PlayingClock();
  #changing = new Map();  // by key: what sounds still, or has sounded shortly before in the part that is played now

  constructor(timeline) {
    this.#timeline = timeline;
  }

  /** The video is seen: see `PlayingClock`. Where it was moved, captions stay where their sounds are. */
  see(wall, video, rate) {
    if (this.#clock.see(wall, video, rate)) this.#putAll();
  }

  /**
   * Takes what the service says of a stream that began at `startedAt`, while the video is at `now`: what is new in what it
   * has heard. A caption without an end goes on until its end is told.
   *
   * A caption comes later than its sound. It stays for a moment after it came, unless the video was moved in between.
   */
  take({stream, captions, heard, startedAt}, now) {
    const wall = seconds => startedAt + seconds * 1000;
    for (const {id, label, score, begin_seconds: begin, end_seconds: end} of captions) {
      const key = `${stream}/${id}`;
      const firstSeen = this.#changing.get(key)?.firstSeen ?? now;
      this.#changing.set(key, {label, score, from: wall(begin), until: end === null ? Infinity : wall(end), firstSeen});
    }
    for (const caption of this.#changing.values()) caption.heard = wall(heard);
    this.#putAll();
  }

  /** Nothing more is heard: what sounded still has sounded as far as it is known. */
  end() {
    for (const caption of this.#changing.values()) caption.until = Math.min(caption.until, caption.heard);
    this.#putAll();
  }

  #putAll() {
    for (const [key, caption] of this.#changing) {
      const spans = this.#clock.spans(caption.from, caption.until, caption.heard);
      const last = spans.at(-1);
      const isSettled = caption.heard - caption.until > settled;
      if (last?.isNow && !isSettled) last.end = Math.max(last.end, caption.firstSeen + leastCaptionSeconds);
      else if (caption.until < Infinity) this.#changing.delete(key);
      this.#timeline.set(key, caption, spans);
    }
  }
};
