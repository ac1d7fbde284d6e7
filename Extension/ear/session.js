// Captions for one tab, for as long as they are on.

import {ServiceAddress} from "../rules/address.js";
import {heardRate} from "./resampler.js";
import {Declined, Refused, Service, Unreachable} from "./service.js";

const retrySeconds = 2;

/** A service tells a caption once nothing changes it any more: so long after what it has heard by then, at most. */
const untoldSeconds = 10;

/** A service that hears says something every second; one that says nothing to so many seconds of sound is away. */
const mostUnansweredSeconds = 5;

/** Asks the service, and asks again when it was away; tells the page in the tab, and who else wants to know. */
export class Session {
  #settings;
  #service;
  #tell;
  #capture;
  #ending = new AbortController();
  #silencing = new AbortController();
  #port;
  #untold = [];
  #isAnswered = false;
  #isListening = false;
  #sound;
  #silenced;
  #streams = 0;

  /**
   * - `tell`: called with each state that captions come to.
   * - `capture`: called, once at most, where the tab's sound is needed; resolves to a `TabSound`.
   */
  constructor(settings, {tell, capture}) {
    this.#settings = settings;
    this.#service = new Service(new ServiceAddress(settings.service), settings.token);
    this.#tell = tell;
    this.#capture = capture;
  }

  /** From now on the page hears by this port, also what came before. */
  connect(port) {
    this.#port = port;
    for (const message of this.#untold.splice(0)) port.postMessage(message);
  }

  /** Captions of the whole sound at an address; of what sounds in the tab if the service cannot get at that. */
  async caption(address) {
    const {signal} = this.#ending;
    await this.#insist(signal, async () => {
      try {
        for await (const event of this.#service.captions(address, signal)) {
          if (event.name === "done") return this.#finish(event.data);
          if (event.name === "failed") return this.#decline();
          this.#take(event);
        }
      } catch (error) {
        if (!(error instanceof Declined)) throw error;
        return this.#decline();
      }
      throw new Unreachable("the events ended too early");
    });
  }

  /** The video plays where it is not captioned: until it is, what sounds in the tab is. */
  async late() {
    if (this.#isAnswered) await this.listen();  // a service that is away does not hear either
  }

  /** Captions of what sounds in the tab. */
  async listen() {
    const {signal} = this.#silencing;
    if (this.#isListening || signal.aborted) return;
    this.#isListening = true;
    this.#sound = this.#capture();
    let sound;
    try {
      sound = await this.#sound;
    } catch (error) {
      return this.#tell({name: "failed", error: `the browser does not let this tab be heard (${error.message}).`});
    }
    sound.onEnd = () => this.#tell({name: "failed", error: "the browser ended the capture of this tab's sound."});
    await this.#insist(signal, () => this.#stream(sound, signal));
  }

  /** Resolves when the tab is not heard any more, and the service knows. */
  async end() {
    this.#ending.abort();
    await Promise.all([this.#endListening(), this.#service.settled]);
  }

  #take({name, data}) {
    if (name === "caption") this.#say({kind: "caption", caption: data});
    if (name !== "progress") return;
    this.#say({kind: "covered", until: data.progress * data.duration_seconds - untoldSeconds});
    if (!this.#isListening) this.#tell({name: "waiting", progress: data.progress});
  }

  /** The service has heard all, or all that it wants to hear. */
  async #finish({is_complete: isComplete, duration_seconds: seconds}) {
    const isPart = isComplete === false;
    this.#say({kind: "covered", until: isPart ? seconds : Number.MAX_VALUE});  // messages have no infinity
    if (isPart) return this.#isListening || this.#tell({name: "partly", seconds});
    await this.#endListening();
    this.#tell({name: "captioned"});
  }

  async #decline() {
    this.#say({kind: "declined"});
    await this.listen();
  }

  /** A sound can be ended once only, and both the service and the user may want that. */
  #endListening() {
    this.#silencing.abort();
    return this.#silenced ??= this.#endSound();
  }

  async #endSound() {
    const sound = await this.#sound?.catch(() => {});
    await sound?.end();
  }

  /** Sends the tab's sound, and tells what is heard in it, until the service says why not, or nothing any more. */
  async #stream(sound, signal) {
    const socket = await this.#service.live(signal);
    const stream = ++this.#streams;
    let isHeard = false;
    let unanswered = 0;  // samples
    sound.restart();
    const reason = await new Promise(resolve => {
      sound.onPiece = piece => {
        unanswered += piece.byteLength / 2;
        if (unanswered > mostUnansweredSeconds * heardRate) resolve(new Unreachable("no answer"));
        else if (socket.readyState === WebSocket.OPEN) socket.send(piece);
      };
      socket.addEventListener("close", () => resolve(new Unreachable("the connection closed")));
      socket.addEventListener("message", ({data}) => {
        const {error, heard_seconds: heard, captions} = JSON.parse(data);
        if (error) return resolve(new Declined(error));
        unanswered = 0;
        if (!isHeard) this.#tell({name: "listening"});
        isHeard = true;
        this.#say({kind: "heard", stream, heard, captions, startedAt: sound.startedAt});
      });
    });
    sound.onPiece = () => {};
    socket.close();
    this.#say({kind: "unheard"});
    throw reason;
  }

  /** Does something with a service that answers; waits for the service when it is away, and begins again. */
  async #insist(signal, work) {
    while (!signal.aborted) {
      try {
        await this.#service.labels(signal);
        this.#isAnswered = true;
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Unreachable) this.#isAnswered = false;
        this.#tell(this.#trouble(error));
      }
      await new Promise(resolve => setTimeout(resolve, retrySeconds * 1000));
    }
  }

  #trouble(error) {
    if (error instanceof Unreachable) return {name: "unreachable", service: this.#settings.service};
    if (error instanceof Refused) return {name: "refused", service: this.#settings.service};
    if (error instanceof Declined) return {name: "declined", service: this.#settings.service, error: error.message};
    return {name: "failed", error: error.message};
  }

  #say(message) {
    if (this.#port) this.#port.postMessage(message);
    else this.#untold.push(message);
  }
}
