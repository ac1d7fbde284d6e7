// From the rate at which a browser plays to the 16 kHz that the service hears.

export const heardRate = 16000;

const zeroCrossings = 32;  // on each side of the middle, at the heard rate
const cutoff = 0.95;  // of half the heard rate: what is above 8.2 kHz is 70 dB down and more, what is below 7 kHz is as it was
const kaiserShape = 8;

/** The modified Bessel function of the first kind and order 0, by its series. */
function bessel(x) {
  let sum = 1, term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** The windowed sinc at `time`, in samples of the heard rate from its middle (Kaiser's window). */
function kernel(time) {
  const share = time / zeroCrossings;
  if (Math.abs(share) >= 1) return 0;
  const angle = Math.PI * cutoff * time;
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
  return cutoff * sinc * bessel(kaiserShape * Math.sqrt(1 - share * share)) / bessel(kaiserShape);
}

const commonDivisor = (a, b) => (b === 0 ? a : commonDivisor(b, a % b));

/**
 * Resamples a stream, piece by piece: the pieces' lengths change nothing in what comes out.
 *
 * Between two rates there are finitely many ways in which a sample that comes out lies between those that go in; each, a
 * phase, has its own weights, computed once. What comes out is late by half the filter's length,
 * 2 ms at the rates of sound cards.
 */
export class Resampler {
  #step;  // from an output sample to the next one: so many input samples
  #remainder;  // and so many phases
  #weights;  // by phase
  #phase = 0;
  #buffer;  // what went in last
  #missing = 1;  // input samples until the window of the next output sample is full

  constructor(inputRate) {
    const divisor = commonDivisor(inputRate, heardRate);
    const phases = heardRate / divisor;
    const scale = Math.min(1, heardRate / inputRate);  // the lower rate says what may pass
    const half = Math.ceil(zeroCrossings / scale);
    this.#step = Math.floor(inputRate / heardRate);
    this.#remainder = (inputRate % heardRate) / divisor;
    this.#weights = Array.from({length: phases}, (_, phase) =>
      Float32Array.from({length: 2 * half}, (_, tap) => scale * kernel((tap - half + 1 - phase / phases) * scale)));
    this.#buffer = new Float32Array(2 * half - 1);
  }

  /** The samples that are known with these; both in -1...1. */
  take(samples) {
    const known = new Float32Array(this.#buffer.length + samples.length);
    known.set(this.#buffer);
    known.set(samples, this.#buffer.length);
    const resampled = [];
    let end = this.#buffer.length + this.#missing;
    while (end <= known.length) {
      const weights = this.#weights[this.#phase];
      const start = end - weights.length;
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) sum += weights[tap] * known[start + tap];
      resampled.push(sum);
      const next = this.#phase + this.#remainder;
      this.#phase = next % this.#weights.length;
      end += this.#step + Math.floor(next / this.#weights.length);
    }
    this.#missing = end - known.length;
    this.#buffer = known.slice(known.length - this.#buffer.length);
    return Float32Array.from(resampled);
  }
}

/** Signed 16-bit samples, as the service hears them; what is too loud is cut. */
export function sixteenBits(samples) {
  return Int16Array.from(samples, sample => Math.max(-32768, Math.min(32767, Math.round(sample * 32768))));
}
