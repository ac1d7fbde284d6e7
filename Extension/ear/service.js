// The caption service, as `antiphon serve` speaks.

import {EventReader} from "./server-sent-events.js";

const mostCancellingSeconds = 2;

/** A service that is there begins to answer within so many seconds. */
const mostSilentSeconds = 5;

/** To an order within so many: before that it looks for the name of who has the sound, which others may be slow to tell. */
const mostOrderSeconds = 30;

/** So many seconds later, a service that has no place for an order is asked again. */
const fullSeconds = 5;

/** Too many orders wait, or there are too many connections. */
const fullStatuses = [429, 503];

/** The service does not answer, or not to this extension: a browser does not tell these two apart. */
export class Unreachable extends Error {}

/** The service does not know the token. */
export class Refused extends Error {}

/** The service says, in one line, why it will not do something. */
export class Declined extends Error {}

export class Service {
  #address;
  #token;
  #cancelling = Promise.resolve();

  /** `address` is a `ServiceAddress`. */
  constructor(address, token) {
    this.#address = address;
    this.#token = token;
  }

  /** The kinds of sounds that the service's network knows. */
  async labels(signal) {
    const response = await this.#ask("/labels", {signal});
    if (!response.ok) throw new Declined(await this.#reason(response));
    return (await response.json()).labels;
  }

  /**
   * The events of captioning the sound at an address, as {name, data}, until the service ends them.
   *
   * An order for which there is no place yet waits here, in place of there.
   */
  async *captions(of, signal) {
    const request = {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({url: of}), signal};
    let order = await this.#ask("/captions", request, mostOrderSeconds);
    while (fullStatuses.includes(order.status)) {
      yield {name: "progress", data: {state: "waiting", progress: 0, duration_seconds: null}};
      await new Promise(resolve => setTimeout(resolve, fullSeconds * 1000));
      order = await this.#ask("/captions", request, mostOrderSeconds);
    }
    if (!order.ok) throw new Declined(await this.#reason(order));
    const {id} = await order.json();
    const path = `/captions/${encodeURIComponent(id)}`;
    const cancel = () => {
      const request = {method: "DELETE", signal: AbortSignal.timeout(mostCancellingSeconds * 1000)};
      this.#cancelling = this.#ask(path, request).catch(() => {});  // who is away needs no cancelling
    };
    signal.addEventListener("abort", cancel);
    const response = await this.#ask(path, {headers: {Accept: "text/event-stream"}, signal});
    if (!response.ok) throw new Declined(await this.#reason(response));
    const reader = new EventReader();
    try {
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        for (const {name, data} of reader.take(piece)) yield {name, data: JSON.parse(data)};
      }
    } catch (error) {
      throw this.#named(error);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Resolves when the service was told of all that is not wanted any more. */
  get settled() {
    return this.#cancelling;
  }

  /** A socket that is open for live sound. */
  live(signal) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#address.live(this.#token));
      const close = () => socket.close();
      const timer = setTimeout(close, mostSilentSeconds * 1000);
      signal.addEventListener("abort", close);
      socket.addEventListener("open", () => {
        clearTimeout(timer);
        resolve(socket);
      });
      socket.addEventListener("close", () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", close);
        reject(new Unreachable());
      });
    });
  }

  async #ask(path, {headers = {}, signal: wish, ...request}, mostSeconds = mostSilentSeconds) {
    const authorization = this.#token ? {Authorization: `Bearer ${this.#token}`} : {};
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Unreachable("no answer")), mostSeconds * 1000);
    const signal = AbortSignal.any([silence.signal, ...(wish ? [wish] : [])]);
    let response;
    try {
      response = await fetch(
        this.#address.at(path), {...request, signal, headers: {...headers, ...authorization}, cache: "no-store"});
    } catch (error) {
      throw this.#named(error);
    } finally {
      clearTimeout(timer);  // what is told of a recording takes as long as it takes
    }
    if (response.status === 401) throw new Refused();
    return response;
  }

  /** A broken line is a `TypeError` in a browser. */
  #named(error) {
    return error instanceof TypeError ? new Unreachable(error.message) : error;
  }

  async #reason(response) {
    const {error} = await response.json().catch(() => ({}));
    return error ?? `the service answered with status ${response.status}`;
  }
}
