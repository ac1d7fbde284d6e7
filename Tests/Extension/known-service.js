// A caption service that knows its captions: it speaks as `antiphon serve`, of one film and of three tones.

import {createServer} from "node:http";
import {filmSeconds} from "./film.js";
import {ToneListener} from "./tone-listener.js";
import {WebSocketConnection} from "./web-socket.js";

const token = "secret";
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Answers for a film at one address, and for live tones; declines every other address. */
export class KnownService {
  #server = createServer((request, response) => this.#answer(request, response));
  #film;
  #sounds;
  #tones;
  #connections = new Set();

  /** The origins that asked, the addresses that were asked for, and who listened to tones. */
  origins = new Set();
  asked = [];
  listeners = [];

  /** How long each caption takes, in milliseconds, and how many orders were cancelled. */
  pace = 100;
  cancelled = 0;

  /** Whether orders wait, and how many seconds of a film are heard at most. */
  isBusy = false;
  longest = Infinity;

  /** Whether it takes what it is sent and says nothing, and why nobody may listen. */
  isHanging = false;
  whyDeaf;

  /** How many listen. */
  listening = 0;

  constructor({film, sounds, tones}) {
    this.#film = film;
    this.#sounds = sounds;
    this.#tones = tones;
    this.#server.on("upgrade", (request, socket) => this.#hear(request, socket));
    this.#server.on("connection", socket => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
  }

  /** Listens on loopback, at a free port where the port is 0; resolves to the port. */
  listen(port) {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => resolve(this.#server.address().port));
    });
  }

  close() {
    for (const socket of this.#connections) socket.destroy();
    return new Promise(resolve => this.#server.close(resolve));
  }

  async #answer(request, response) {
    if (this.isHanging) return;
    const {origin} = request.headers;
    if (origin) {
      this.origins.add(origin);
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
      response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
    }
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (request.headers.authorization !== `Bearer ${token}`) return this.#json(response, 401, {error: "a token is needed"});
    if (request.url === "/labels") return this.#json(response, 200, {labels: Object.keys(this.#tones), model: "tones"});
    if (request.url === "/captions") return this.#order(request, response);
    if (request.method === "DELETE") {
      this.cancelled += 1;
      return response.writeHead(204).end();
    }
    if (request.url === "/captions/1") return this.#tell(response);
    this.#json(response, 404, {error: "there is no such page"});
  }

  async #order(request, response) {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const {url} = JSON.parse(body);
    this.asked.push(url);
    if (url !== this.#film) return this.#json(response, 415, {error: `there is no sound at ${url}`});
    this.#json(response, 202, {id: "1", state: "waiting"});
  }

  /** Sounds one after the other, while the whole is heard. */
  async #tell(response) {
    response.writeHead(200, {"Content-Type": "text/event-stream"});
    const send = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    send("progress", {id: "1", state: "waiting", progress: 0, duration_seconds: null});
    while (this.isBusy) await pause(100);
    const heard = this.#sounds.filter(({end}) => end < this.longest);
    const duration_seconds = Math.min(filmSeconds, this.longest);
    for (const [index, {label, begin, end}] of heard.entries()) {
      send("progress", {id: "1", state: "running", progress: index / heard.length, duration_seconds});
      send("caption", {label, begin_seconds: begin, end_seconds: end, score: 0.9});
      await pause(this.pace);
    }
    send("done", {id: "1", state: "done", progress: 1, duration_seconds, is_complete: this.longest >= filmSeconds});
    response.end();
  }

  #hear(request, socket) {
    this.origins.add(request.headers.origin);
    if (new URL(request.url, "http://127.0.0.1").searchParams.get("token") !== token) return socket.destroy();
    const connection = new WebSocketConnection(request, socket);
    if (this.whyDeaf) {
      connection.send(JSON.stringify({error: this.whyDeaf}));
      return connection.end();
    }
    const listener = new ToneListener(this.#tones);
    this.listening += 1;
    socket.on("close", () => { this.listening -= 1; });
    this.listeners.push(listener);
    connection.onBytes = bytes => {
      if (this.isHanging) return;
      for (const answer of listener.take(bytes)) connection.send(JSON.stringify(answer));
    };
  }

  #json(response, status, value) {
    response.writeHead(status, {"Content-Type": "application/json"}).end(JSON.stringify(value));
  }
}
