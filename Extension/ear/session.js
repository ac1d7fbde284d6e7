// Captions for one tab, for as long as they are on.

import {ServiceAddress} from "../rules/address.js";
import {Declined, Refused, Service, Unreachable} from "./service.js";
import {TabSound} from "./tab-sound.js";

const retrySeconds = 2;

/** Asks the service, and asks again when it was away; tells the page in the tab, and who else wants to know. */
export class Session {
  #settings;
  #service;
  #tell;
  #ending = new AbortController();
  #port;
  #untold = [];
  #sound;
  #streams = 0;

  /** `tell` is called with each state that captions come to. */
  constructor(settings, tell) {
    this.#settings = settings;
    this.#service = new Service(new ServiceAddress(settings.service), settings.token);
    this.#tell = tell;
  }

  /** From now on the page hears by this port, also what came before. */
  connect(port) {
    this.#port = port;
    for (const message of this.#untold.splice(0)) port.postMessage(message);
  }

  /** Captions of the whole sound at an address; `decline` is called with the reason if the service cannot get at it. */
  async caption(address, decline) {
    await this.#insist(async () => {
      try {
        for await (const {name, data} of this.#service.captions(address, this.#ending.signal)) {
          if (name === "caption") this.#say({kind: "caption", caption: data});
          if (name === "progress") this.#tell({name: "waiting", progress: data.progress, duration: data.duration_seconds});
          if (name === "done") return this.#tell({name: "captioned"});
          if (name === "failed") return decline(data.error);
        }
        throw new Unreachable("the events ended too early");
      } catch (error) {
        if (!(error instanceof Declined)) throw error;
        return decline(error.message);
      }
    });
  }

  /** Captions of what sounds in the tab, by the identifier of a stream that Chrome gave. */
  async listen(streamId) {
    try {
      this.#sound = await TabSound.capture(streamId);
    } catch (error) {
      return this.#tell({name: "failed", error: `the browser does not let this tab be heard (${error.message}).`});
    }
    if (this.#ending.signal.aborted) return this.#sound.end();
    this.#sound.onEnd = () => this.#tell({name: "failed", error: "the browser ended the capture of this tab's sound."});
    await this.#insist(() => this.#stream());
  }

  /** Resolves when the tab is not heard any more, and the service knows. */
  async end() {
    this.#ending.abort();
    await Promise.all([this.#sound?.end(), this.#service.settled]);
  }

  /** Sends the tab's sound, and tells what is heard in it, until the connection breaks. */
  async #stream() {
    const socket = await this.#service.live(this.#ending.signal);
    const stream = ++this.#streams;
    this.#sound.restart();
    this.#sound.onPiece = piece => socket.readyState === WebSocket.OPEN && socket.send(piece);
    this.#tell({name: "listening"});
    let end = new Unreachable("the connection closed");
    await new Promise(resolve => {
      socket.addEventListener("close", resolve);
      socket.addEventListener("message", ({data}) => {
        const {error, heard_seconds: heard, captions} = JSON.parse(data);
        if (error) end = new Declined(error);
        else this.#say({kind: "heard", stream, heard, captions, startedAt: this.#sound.startedAt});
      });
    });
    this.#sound.onPiece = () => {};
    this.#say({kind: "unheard"});
    throw end;
  }

  /** Does something with a service that answers; waits for the service when it is away, and begins again. */
  async #insist(work) {
    while (!this.#ending.signal.aborted) {
      try {
        await this.#service.labels(this.#ending.signal);
        return await work();
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        this.#tell(this.#trouble(error));
      }
      await new Promise(resolve => setTimeout(resolve, retrySeconds * 1000));
    }
  }

  #trouble(error) {
    if (error instanceof Unreachable) return {name: "unreachable", service: this.#settings.service};
    if (error instanceof Refused) return {name: "refused", service: this.#settings.service};
    return {name: "failed", error: error.message};
  }

  #say(message) {
    if (this.#port) this.#port.postMessage(message);
    else this.#untold.push(message);
  }
}
