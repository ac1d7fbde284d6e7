// The sound of a tab, as the service hears it.

import {heardRate} from "./resampler.js";

/** Captures a tab's sound, which goes on to be heard. */
export class TabSound {
  #stream;
  #context;
  #heard = 0;  // samples
  #startedAt = Infinity;

  /** Called with each piece: 16-bit little-endian mono samples at 16 kHz, a tenth of a second. */
  onPiece = () => {};

  /** Called when the browser ends the capture. */
  onEnd = () => {};

  /** `streamId` is what Chrome gave for the tab. Throws what the browser throws where it does not let the tab be heard. */
  static async capture(streamId) {
    const sound = new TabSound();
    sound.#stream = await navigator.mediaDevices.getUserMedia(
      {audio: {mandatory: {chromeMediaSource: "tab", chromeMediaSourceId: streamId}}});
    sound.#stream.getAudioTracks()[0].addEventListener("ended", () => sound.onEnd());
    sound.#context = new AudioContext();
    await sound.#context.audioWorklet.addModule("resampling-processor.js");
    const source = sound.#context.createMediaStreamSource(sound.#stream);
    const resampling = new AudioWorkletNode(sound.#context, "resampling", {numberOfOutputs: 0});
    resampling.port.onmessage = ({data}) => sound.#take(data);
    source.connect(resampling);
    source.connect(sound.#context.destination);  // a captured tab is silent by itself
    return sound;
  }

  /** Begins to count anew: the next piece is the first one of a stream to the service. */
  restart() {
    this.#heard = 0;
    this.#startedAt = Infinity;
  }

  /** When the first sample of the stream sounded, in milliseconds since 1970. */
  get startedAt() {
    return this.#startedAt;
  }

  async end() {
    for (const track of this.#stream.getTracks()) track.stop();
    await this.#context.close();
  }

  // A piece comes when its last sample has sounded, or later, never before: so the earliest start that any piece tells of is
  // the best known. The sound card's clock may go slower than the machine's, hence the bit of forgetting.
  #take(piece) {
    this.#heard += piece.byteLength / 2;
    const told = Date.now() - this.#heard / heardRate * 1000;
    this.#startedAt = Math.min(told, this.#startedAt + 0.1);
    this.onPiece(piece);
  }
}
