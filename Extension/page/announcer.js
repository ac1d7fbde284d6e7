// What a screen reader is told of captions.

/** A label that sounds again within so many seconds of the wall's clock is not told again. */
const quietSeconds = 5;

/** Chooses what is new among what is shown: a plain value. */
globalThis.Announcer = class Announcer {
  #shown = new Set();
  #told = new Map();  // by label: when, in milliseconds

  /** The labels to tell, of those that are on the screen at a time in milliseconds. */
  news(labels, wall) {
    const came = labels.filter(label => !this.#shown.has(label));
    this.#shown = new Set(labels);
    const news = came.filter(label => !(wall - this.#told.get(label) < quietSeconds * 1000));
    for (const label of news) this.#told.set(label, wall);
    return news;
  }
};
