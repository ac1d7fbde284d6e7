// What a user sees in a page with captions.

import {Failure} from "./failure.js";

/** A node of the page's tree, shadow trees included, that is as wanted. */
function found(node, isWanted) {
  if (isWanted(node)) return node;
  for (const child of [...(node.children ?? []), ...(node.shadowRoots ?? [])]) {
    const inside = found(child, isWanted);
    if (inside) return inside;
  }
  return undefined;
}

const hasClass = name => ({attributes = []}) => {
  const at = attributes.indexOf("class");
  return at % 2 === 0 && attributes[at + 1].split(" ").includes(name);
};

/** A page of which the captions are watched: by what is in the overlay, which only DevTools can reach. */
export class WatchedPage {
  #box;

  constructor(page) {
    this.page = page;
  }

  /** Waits for the overlay, and begins to note what is on the screen at which times of the video. */
  async watch() {
    await this.page.send("DOM.enable");
    await until("the overlay", async () => {
      const {root} = await this.page.send("DOM.getDocument", {depth: -1, pierce: true});
      this.#box = found(root, hasClass("box"));
      return this.#box;
    });
    const {object} = await this.page.send("DOM.resolveNode", {backendNodeId: this.#box.backendNodeId});
    this.#box.objectId = object.objectId;
    await this.call(`function () {
      const video = document.querySelector("video");
      const labels = () => this.hidden ? [] : [...this.querySelectorAll("li")].map(line => line.textContent);
      window.seen = [];
      const note = window.noteCaptions = () => {
        const now = {time: video ? video.currentTime : 0, at: Date.now(), labels: labels()};
        if (String(window.seen.at(-1)?.labels) !== String(now.labels)) window.seen.push(now);
      };
      new MutationObserver(note).observe(this, {childList: true, subtree: true, attributes: true});
      note();
    }`);
  }

  /** Calls a function with the captions' box as \`this\`. */
  async call(functionDeclaration) {
    const {result} = await this.page.send("Runtime.callFunctionOn",
      {objectId: this.#box.objectId, functionDeclaration, returnByValue: true, userGesture: true});
    return result.value;
  }

  /** What is on the screen: the state, and the labels. */
  state() {
    return this.call("function () { return this.querySelector('.state').innerText }");
  }

  labels() {
    return this.call(`function () {
      return this.hidden ? [] : [...this.querySelectorAll("li")].map(line => line.textContent);
    }`);
  }

  /** What a screen reader was told of sounds, one after the other. */
  told() {
    return this.call(`function () {
      return [...this.parentNode.querySelectorAll(".told > *")].map(line => line.textContent);
    }`);
  }

  /** The box in the window, and the video. */
  frames() {
    return this.call(`function () {
      const frame = element => { const {x, y, width, height} = element.getBoundingClientRect(); return {x, y, width, height} };
      return {box: frame(this), video: frame(document.querySelector("video"))};
    }`);
  }

  /** Forgets what was seen, and plays from a time to another one, in seconds of the video. Resolves to what was seen. */
  async play(from, to) {
    await this.page.evaluate(`(async () => {
      const video = document.querySelector("video");
      if (Math.abs(video.currentTime - ${from}) > 0.2) {
        video.currentTime = ${from};
        await new Promise(resolve => video.addEventListener("seeked", resolve, {once: true}));
        await new Promise(resolve => setTimeout(resolve, 300));  // captions are looked at ten times a second
      }
      window.seen = [];
      noteCaptions();
      await video.play();
    })()`);
    await until(`${to} s of the video`, () => this.page.evaluate(`document.querySelector("video").currentTime >= ${to}`), 60);
    return this.page.evaluate("window.seen");
  }

  pause() {
    return this.page.evaluate("document.querySelector('video').pause()");
  }
}

/** Waits until something is true; fails after some seconds. */
export async function until(what, isTrue, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await isTrue();
    if (value) return value;
    if (Date.now() > end) throw new Failure(`did not come within ${seconds} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
