// Serves the page of `antiphon serve`, and tells of what is handed in there what a trial has it tell.

import {readFile} from "node:fs/promises";
import {createServer} from "node:http";
import {WebSocketConnection} from "../Extension/web-socket.js";

const token = "secret";
const sources = new URL("../../Sources/Antiphon/", import.meta.url);
const mediaTypes = {html: "text/html", js: "text/javascript", css: "text/css"};

/** What was handed in, and who follows it. */
class Recording {
  /** What it has in the end: the captions that were told, unless it is set otherwise. */
  captions = [];
  #followers = new Set();
  #told = [];
  isForgotten = false;

  /** Events that were told before are told first, as the service does. */
  follow(response) {
    response.writeHead(200, {"Content-Type": "text/event-stream"});
    response.write(["retry: 100\n\n", ...this.#told].join(""));
    this.#followers.add(response);
    response.on("close", () => this.#followers.delete(response));
  }

  get inOrder() {
    return this.captions.toSorted((one, other) => one.begin_seconds - other.begin_seconds);
  }

  get isFollowed() {
    return this.#followers.size > 0;
  }

  tell(name, data) {
    const text = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#told.push(text);
    if (name === "caption") this.captions.push(data);
    for (const response of this.#followers) response.write(text);
  }
}

export class PageService {
  #server = createServer((request, response) => this.#answer(request, response));
  #port = 0;

  /** In the order in which they came. */
  recordings = [];
  /** The last one that asked to be listened to. */
  live;
  #liveSocket;
  /** Whether recordings are not taken, so that they are on their way for ever; and how many of those were given up. */
  isStuck = false;
  givenUp = 0;

  constructor() {
    this.#server.on("upgrade", (request, socket) => {
      this.#liveSocket = socket;
      this.live = new WebSocketConnection(request, socket);
    });
  }

  /** Listens no more, without a word. */
  endLive() {
    this.#liveSocket?.destroy();  // which the server no longer counts as its own
    this.live = undefined;
  }

  async start() {
    await new Promise((resolve, reject) => this.#server.once("error", reject).listen(this.#port, "127.0.0.1", resolve));
    this.#port = this.#server.address().port;
  }

  stop() {
    this.#server.closeAllConnections();
    this.endLive();
    return new Promise(resolve => this.#server.close(resolve));
  }

  /** Forgets all recordings, as a service does that is started anew. */
  restart() {
    this.recordings = [];
    this.#server.closeAllConnections();
  }

  get address() {
    return `http://127.0.0.1:${this.#port}/?token=${token}`;
  }

  async #answer(request, response) {
    const {pathname: path, searchParams: words} = new URL(request.url, this.address);
    const file = path === "/" ? "serve.html" : path.slice(1);
    if (mediaTypes[file.split(".").at(-1)]) return this.#file(response, file);
    if (words.get("token") !== token) return this.#json(response, 401, {error: "a token is needed"});
    if (path === "/labels") return this.#json(response, 200, {labels: ["Bell", "Bird"], model: "of a trial"});
    if (path === "/captions") return this.#take(request, response);
    const recording = this.recordings[path.match(/^\/captions\/(\d+)$/)?.[1]];
    if (!recording) return this.#json(response, 404, {error: "there is no such recording"});
    if (words.get("format") === "picture") return this.#json(response, 200, recording.picture);
    if (words.get("format") === "json") return this.#json(response, 200, {captions: recording.inOrder});
    if (request.method !== "DELETE") return recording.follow(response);
    recording.isForgotten = true;
    response.writeHead(204).end();
  }

  async #take(request, response) {
    response.on("close", () => { if (this.isStuck) this.givenUp += 1; });
    if (this.isStuck) return request.resume();  // who does not read is not told that the other side has gone
    for await (const piece of request) void piece;
    this.recordings.push(new Recording());
    this.#json(response, 202, {id: `${this.recordings.length - 1}`, state: "waiting"});
  }

  async #file(response, name) {
    const folder = name === "theme.css" ? "Dashboard" : "Serve";
    response.writeHead(200, {"Content-Type": mediaTypes[name.split(".").at(-1)]});
    response.end(await readFile(new URL(`${folder}/page/${name}`, sources)));
  }

  #json(response, status, value) {
    response.writeHead(status, {"Content-Type": "application/json"}).end(JSON.stringify(value));
  }
}
