// In the thread of the sound: hands over what the microphone hears, as 16-bit samples, 80 ms at a time.

registerProcessor("samples", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(1280);
    this.count = 0;
  }

  process([[channel]]) {
    for (const value of channel ?? []) {
      this.block[this.count++] = Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
      if (this.count < this.block.length) continue;
      this.port.postMessage(this.block.slice().buffer);
      this.count = 0;
    }
    return true;
  }
});
