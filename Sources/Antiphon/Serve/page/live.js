// The microphone, sent as 16-bit samples at 16,000 Hz.

const rate = 16000;

export class Microphone {
  /**
   * @param address Of the service's WebSocket.
   * @param hear Is given what the service answers.
   * @param end Is called once it is over.
   */
  static async open(address, hear, end) {
    if (!navigator.mediaDevices) {
      throw new Error("Browsers give the microphone only to pages over https or on localhost: open this page so");
    }
    const made = new Microphone();
    try {
      await made.#open(address, hear, end);
    } catch (error) {
      made.close();
      throw error;
    }
    return made;
  }

  async #open(address, hear, end) {
    this.sound = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1}});
    this.context = new AudioContext({sampleRate: rate});
    await this.context.audioWorklet.addModule("samples.js").catch(() => {
      throw new Error("The caption service does not answer: see whether it still runs, then try again");
    });
    const samples = new AudioWorkletNode(this.context, "samples");
    this.socket = new WebSocket(address);
    this.socket.onmessage = message => hear(JSON.parse(message.data));
    this.socket.onclose = () => { this.close(); end(); };
    samples.port.onmessage = message => {
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message.data);
    };
    this.context.createMediaStreamSource(this.sound).connect(samples);
  }

  close() {
    for (const track of this.sound?.getTracks() ?? []) track.stop();
    if (this.context && this.context.state !== "closed") this.context.close();
    this.socket?.close();
  }
}
