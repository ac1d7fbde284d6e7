// The page of the caption service in a browser: what a user does there, and sees.

import {until} from "../Extension/watched-page.js";

export class CaptionPage {
  #page;

  constructor(page) {
    this.#page = page;
  }

  get picture() {
    return this.#page.screenshot(true);
  }

  evaluate(expression) {
    return this.#page.evaluate(expression);
  }

  /** The text of an element, or `undefined` where it is hidden. */
  text(id) {
    return this.evaluate(`(() => {
      const element = document.getElementById("${id}");
      return element?.checkVisibility() ? element.innerText : undefined;
    })()`);
  }

  /** Lines of captions, as they are shown. */
  captions() {
    return this.evaluate("[...document.querySelectorAll('#list li')].map(item => [...item.children].map(part => part.textContent).join(' '))");
  }

  waitFor(id, pattern) {
    return until(`${pattern} in ${id}`, async () => pattern.test(await this.text(id)));
  }

  async choose(file) {
    const {root} = await this.#page.send("DOM.getDocument");
    const {nodeId} = await this.#page.send("DOM.querySelector", {nodeId: root.nodeId, selector: "#file"});
    await this.#page.send("DOM.setFileInputFiles", {nodeId, files: [file]});
  }

  click(id) {
    return this.evaluate(`document.getElementById("${id}").click()`);
  }

  /** Presses the button of a microphone, which has a tone here. */
  async listen() {
    await this.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext(), tone = context.createOscillator();
      const {stream} = tone.connect(context.createMediaStreamDestination());
      tone.start();
      return window.microphone = stream;
    }`);
    await this.click("listen");
  }

  /** Whether a microphone that was given is still taken. */
  get isHearing() {
    return this.evaluate("microphone.getTracks().some(track => track.readyState === 'live')");
  }

  /** Red, green and blue of an element's border and of its card's ground, 0 to 255. */
  colours(selector) {
    return this.evaluate(`(() => {
      const element = document.querySelector("${selector}"), parts = colour => colour.match(/\\d+/g).slice(0, 3).map(Number);
      return [getComputedStyle(element).borderTopColor, getComputedStyle(element.closest(".card")).backgroundColor].map(parts);
    })()`);
  }

  /** Where the cursor is, as a share of the spectrogram's width. */
  get cursor() {
    return this.evaluate(`(() => {
      const canvas = document.getElementById("spectrogram"), cursor = document.getElementById("cursor");
      return (cursor.getBoundingClientRect().left - canvas.getBoundingClientRect().left) / canvas.clientWidth;
    })()`);
  }

  /** Plays from a time on, in seconds. */
  async seek(seconds) {
    await this.evaluate(`(async () => {
      const player = document.getElementById("player");
      player.currentTime = ${seconds};
      await new Promise(resolve => player.addEventListener("timeupdate", resolve, {once: true}));
    })()`);
  }
}
