// Which captions are on the screen at a time of the video.
//
// The scripts of this folder are put into a page on a click, one after the other, into a world of their own. They are no
// modules: a page can load, and so notice, what modules are imported from.

const mostLines = 4;

/** So long a caption stays at least, in seconds: a short sound is there to be read, too. */
globalThis.leastCaptionSeconds = 1.5;

/** Captions with the times at which they hold: a plain value. */
globalThis.Timeline = class Timeline {
  #captions = new Map();

  /** Puts a caption in the place of what the key had: {label, score}, and `spans` of {begin, end} in seconds of the video. */
  set(key, caption, spans) {
    const shown = spans.map(({begin, end}, index) =>
      ({begin, end: index === 0 ? Math.max(end, begin + leastCaptionSeconds) : end}));
    const first = Math.min(...shown.map(({begin}) => begin));
    const last = Math.max(...shown.map(({end}) => end));
    this.#captions.set(key, {label: caption.label, score: caption.score, shown, first, last});
  }

  clear() {
    this.#captions.clear();
  }

  /**
   * The captions at a time, one for each label, by their beginning: {label, begin}.
   *
   * Where there are too many to be read, the surest are taken.
   */
  at(time, hidden = new Set()) {
    const byLabel = new Map();
    for (const {label, score, shown, first, last} of this.#captions.values()) {
      if (time < first || time >= last || hidden.has(label)) continue;  // after hours, nearly all
      for (const {begin, end} of shown) {
        if (time < begin || time >= end) continue;
        const known = byLabel.get(label);
        byLabel.set(label, {
          label, begin: Math.min(begin, known?.begin ?? begin), score: Math.max(score, known?.score ?? score),
        });
      }
    }
    return [...byLabel.values()]
      .sort((one, other) => other.score - one.score)
      .slice(0, mostLines)
      .sort((one, other) => one.begin - other.begin || one.label.localeCompare(other.label));
  }
};
