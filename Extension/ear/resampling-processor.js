// In the audio thread: the tab's sound comes in, pieces of a tenth of a second at 16 kHz go out.

import {Resampler, heardRate, sixteenBits} from "./resampler.js";

const pieceLength = heardRate / 10;

class ResamplingProcessor extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate);
  #silence = new Float32Array(128);
  #pending = [];

  /** Nothing connected is silence: time goes on for who listens. */
  process([channels]) {
    this.#pending.push(...sixteenBits(this.#resampler.take(this.#mixed(channels))));
    while (this.#pending.length >= pieceLength) {
      const piece = Int16Array.from(this.#pending.splice(0, pieceLength));
      this.port.postMessage(piece.buffer, [piece.buffer]);
    }
    return true;
  }

  /** All channels as one. */
  #mixed(channels) {
    if (channels.length === 0) return this.#silence;
    return channels[0].map((_, index) => channels.reduce((sum, channel) => sum + channel[index], 0) / channels.length);
  }
}

registerProcessor("resampling", ResamplingProcessor);
