// A Chromium without a window, told what to do over a pipe: the Chrome DevTools Protocol, messages that end in a zero byte.

import {spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {Failure} from "./failure.js";

const switches = [
  "--headless=new",
  "--no-sandbox",  // a trial may run as root
  "--no-first-run",
  "--disable-gpu",
  "--screen-info={1280x800}",
  "--window-size=1280,800",
  "--remote-debugging-pipe",
  "--enable-unsafe-extension-debugging",  // loads an extension, and presses its button
];

/** A running browser with a profile of its own, which is gone when it is closed. */
export class Browser {
  #process;
  #profile = mkdtempSync(join(tmpdir(), "antiphon-extension-"));
  #received = "";
  #last = 0;
  #awaited = new Map();
  #listeners = [];
  #failure;
  #gone;

  /** Starts what CHROMIUM names, or chromium; where that fails, the first command does. */
  constructor() {
    const program = process.env.CHROMIUM ?? "chromium";
    this.#process = spawn(program, [...switches, `--user-data-dir=${this.#profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      detached: true,  // leads a group of processes
      env: {...process.env, TMPDIR: this.#profile},
    });
    this.#process.stdio[3].on("error", () => {});  // who has ended reads no more
    this.#process.stdio[4].setEncoding("utf8").on("data", text => this.#take(text));
    this.#gone = new Promise(resolve => {
      this.#process.once("error", ({code}) =>
        resolve(this.#fail(`no browser: ${program} does not start (${code}); Debian's package chromium has one`)));
      this.#process.once("exit", () => resolve(this.#fail(`the browser ${program} has ended`)));
    });
    process.once("exit", () => {  // where a trial is interrupted
      this.#kill();
      this.#removeProfile();
    });
  }

  /** Sends a command, and resolves to its result; `session` is of a page or worker that was attached to. */
  async send(method, params = {}, session = undefined) {
    if (this.#failure) throw this.#failure;
    const id = ++this.#last;
    this.#process.stdio[3].write(JSON.stringify({id, method, params, sessionId: session}) + "\0");
    return new Promise((resolve, reject) => this.#awaited.set(id, {resolve, reject, method}));
  }

  /** Has a function called with each event of a name, of a page or worker that was attached to. */
  on(name, session, take) {
    this.#listeners.push({name, session, take});
  }

  /** Opens a page at an address, and resolves to it. */
  async open(address) {
    const {targetId} = await this.send("Target.createTarget", {url: address});
    return this.attach(targetId);
  }

  async attach(targetId) {
    const {sessionId} = await this.send("Target.attachToTarget", {targetId, flatten: true});
    return new Page(this, targetId, sessionId);
  }

  /** Resolves to what is open and of which the address begins so: pages, workers, documents without a window. */
  async targets(beginning) {
    const {targetInfos} = await this.send("Target.getTargets", {filter: [{}]});
    return targetInfos.filter(target => target.url.startsWith(beginning));
  }

  async close() {
    this.#kill();
    await this.#gone;
    this.#removeProfile();
  }

  /** The whole group. */
  #kill() {
    if (!this.#failure) process.kill(-this.#process.pid, "SIGKILL");
  }

  /** Processes that are being killed write to it until they are gone. */
  #removeProfile() {
    rmSync(this.#profile, {recursive: true, force: true, maxRetries: 10, retryDelay: 200});
  }

  #fail(reason) {
    this.#failure = new Failure(reason);
    for (const {reject} of this.#awaited.values()) reject(this.#failure);
  }

  #take(text) {
    const messages = (this.#received + text).split("\0");
    this.#received = messages.pop();
    for (const message of messages.map(JSON.parse)) {
      const awaited = this.#awaited.get(message.id);
      if (!awaited) {
        for (const {name, session, take} of this.#listeners) {
          if (name === message.method && session === message.sessionId) take(message.params);
        }
        continue;
      }
      this.#awaited.delete(message.id);
      if (message.error) awaited.reject(new Error(`${awaited.method}: ${message.error.message}`));
      else awaited.resolve(message.result);
    }
  }
}

/** A page, worker or document of a browser. */
export class Page {
  constructor(browser, targetId, sessionId) {
    Object.assign(this, {browser, targetId, sessionId});
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  on(name, take) {
    this.browser.on(name, this.sessionId, take);
  }

  /** Resolves to the value of an expression, which may be a promise; as if a user had done it. */
  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send("Runtime.evaluate",
      {expression, awaitPromise: true, returnByValue: true, userGesture: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** A picture, as PNG: of what is in the window, or of the whole page. */
  async screenshot(isWhole = false) {
    const size = isWhole && await this.evaluate("({width: innerWidth, height: document.documentElement.scrollHeight})");
    const more = size ? {captureBeyondViewport: true, clip: {x: 0, y: 0, ...size, scale: 1}} : {};
    return Buffer.from((await this.send("Page.captureScreenshot", {format: "png", ...more})).data, "base64");
  }
}
