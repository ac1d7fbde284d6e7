// How far captions by a video's address are there, and when its sound has to be listened to in their place.

/** So many milliseconds a video plays without captions before its sound is wanted: a service that is quick needs less. */
const patience = 1000;

/** Up to where a video is captioned by its address: a plain value. */
globalThis.Coverage = class Coverage {
  #until = 0;
  #lateSince;

  /** All captions are there up to a time of the video, in seconds. */
  reach(until) {
    this.#until = Math.max(this.#until, until);
  }

  has(time) {
    return time < this.#until;
  }

  /**
   * The video is seen at a time, moving at a rate, or standing still (rate 0); the wall's clock is in milliseconds.
   *
   * Returns whether it has played for a while where captions are not there: once in each such while.
   */
  isLate(wall, time, rate) {
    if (rate === 0 || this.has(time)) {
      this.#lateSince = undefined;
      return false;
    }
    this.#lateSince ??= wall;
    if (wall - this.#lateSince < patience) return false;
    this.#lateSince = wall;
    return true;
  }
};
