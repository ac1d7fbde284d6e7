// What was wanted last of each tab. What takes a while looks there whether it is to go on.

/** Who wants captions on and who wants them off, one after the other: a plain value. */
export class Turns {
  #last = new Map();  // by tab

  /** Captions are wanted in a tab, or not. Returns a function which tells whether nothing has been wanted there since. */
  want(tab, isWanted) {
    const turn = {isWanted};
    this.#last.set(tab, turn);
    return () => this.#last.get(tab) === turn;
  }

  /** A function which tells whether captions are not unwanted now, and nothing has been wanted since. */
  now(tab) {
    const turn = this.#last.get(tab);
    return () => turn?.isWanted !== false && this.#last.get(tab) === turn;
  }
}
