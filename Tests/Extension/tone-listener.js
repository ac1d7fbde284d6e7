// Hears which of some tones sound, and says so as the live service does.

const rate = 16000;
const windowLength = rate / 4;
const audible = 0.01;  // of full scale

/** The amplitude of a frequency in samples of -1...1 (Goertzel). */
function amplitude(samples, frequency) {
  const turn = 2 * Math.cos(2 * Math.PI * frequency / rate);
  let before = 0, last = 0;
  for (const sample of samples) [before, last] = [last, sample + turn * last - before];
  return 2 * Math.sqrt(Math.max(0, before * before + last * last - turn * before * last)) / samples.length;
}

/** Takes samples as they come; answers for each window of a quarter of a second with what is new in it. */
export class ToneListener {
  #tones;
  #pending = [];
  #open = new Map();  // by label
  #nextId = 1;

  /** How many samples came. */
  heard = 0;

  #shares = [];

  constructor(tones) {
    this.#tones = tones;
  }

  /** The answers to signed 16-bit samples. */
  take(bytes) {
    for (let at = 0; at + 1 < bytes.length; at += 2) this.#pending.push(bytes.readInt16LE(at) / 32768);
    const answers = [];
    while (this.#pending.length >= windowLength) answers.push(this.#answer(this.#pending.splice(0, windowLength)));
    return answers;
  }

  /**
   * Of the windows with a tone: the share of their power that is in the tones, in the best tenth of them.
   *
   * On a machine with too much to do a browser's sound has gaps; samples of a wrong rate are wrong everywhere.
   */
  get purity() {
    return [...this.#shares].sort((a, b) => b - a)[Math.floor(this.#shares.length / 10)];
  }

  #answer(samples) {
    const begin = this.heard / rate;
    this.heard += samples.length;
    const end = this.heard / rate;
    const captions = [];
    let explained = 0;
    for (const [label, frequency] of Object.entries(this.#tones)) {
      const strength = amplitude(samples, frequency);
      explained += strength ** 2 / 2;
      const known = this.#open.get(label);
      if (strength > audible) {
        if (known) continue;
        const caption = {label, begin_seconds: begin, end_seconds: null, score: 0.9, id: this.#nextId++};
        this.#open.set(label, caption);
        captions.push(caption);
      } else if (known) {
        this.#open.delete(label);
        captions.push({...known, end_seconds: begin});
      }
    }
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    if (this.#open.size > 0) this.#shares.push(explained / power);
    return {heard_seconds: end, captions};
  }
}
