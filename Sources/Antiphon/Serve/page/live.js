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
    made.sound = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1}});
    made.context = new AudioContext({sampleRate: rate});
    await made.context.audioWorklet.addModule("samples.js");
    const samples = new AudioWorkletNode(made.context, "samples");
    made.socket = new WebSocket(address);
    made.socket.onmessage = message => hear(JSON.parse(message.data));
    made.socket.onclose = () => { made.close(); end(); };
    samples.port.onmessage = message => {
      if (made.socket.readyState === WebSocket.OPEN) made.socket.send(message.data);
    };
    made.context.createMediaStreamSource(made.sound).connect(samples);
    return made;
  }

  close() {
    for (const track of this.sound.getTracks()) track.stop();
    if (this.context.state !== "closed") this.context.close();
    this.socket.close();
  }
}
