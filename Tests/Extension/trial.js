// What a trial of the extension needs.

import {statSync, writeFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {join} from "node:path";
import {Browser} from "./browser.js";
import {Failure} from "./failure.js";
import {site} from "./site.js";
import {WatchedPage, until} from "./watched-page.js";

const extension = fileURLToPath(new URL("../../Extension", import.meta.url));

/** A browser with the extension, a site with a film, and where it is wanted a service that knows the film. */
export class Trial {
  #pictures;

  /** Pictures go into a folder, where one is given. */
  constructor(pictures) {
    this.#pictures = pictures;
  }

  async begin(film) {
    if (!statSync(film, {throwIfNoEntry: false})?.isFile()) throw new Failure(`a film was expected at ${film}, there is none`);
    this.site = site(film);
    await new Promise(resolve => this.site.listen(0, resolve));
    this.origin = `http://localhost:${this.site.address().port}`;
    this.browser = new Browser();
    const {id} = await this.browser.send("Extensions.loadUnpacked", {path: extension});
    this.id = id;
  }

  /** Says in the options where the service is, and its token; resolves to the options when they show the answer. */
  async setService(address, token, answer) {
    this.options ??= await this.browser.open(`chrome-extension://${this.id}/pages/options.html`);
    await until("the options", () => this.options.evaluate("Boolean(document.getElementById('answer')?.textContent)"));
    await this.options.evaluate(`(() => {
      document.getElementById("service").value = "${address}";
      document.getElementById("token").value = "${token}";
      document.getElementById("service-form").requestSubmit();
    })()`);
    await until(`"${answer}" in the options`, () =>
      this.options.evaluate(`document.getElementById("answer").textContent.includes("${answer}")`));
  }

  /** Switches in the options whether the service hears nothing but sound. */
  switchSoundOnly() {
    return this.options.evaluate("document.getElementById('sound-only').click()");
  }

  /** What the extension's button says, in each tab. */
  badges() {
    return this.options.evaluate(
      "chrome.tabs.query({}).then(tabs => Promise.all(tabs.map(({id}) => chrome.action.getBadgeText({tabId: id}))))");
  }

  async end() {
    await this.browser?.close();
    this.site?.closeAllConnections();
    this.site?.close();
  }

  async open(path) {
    const page = await this.browser.open(this.origin + path);
    await until("the page", () => page.evaluate(`location.pathname === "${path}" && document.readyState === "complete"`));
    return page;
  }

  /** Presses the extension's button in a page, as a user would; resolves to the popup. */
  async press(page) {
    for (const {targetId} of await this.browser.targets(`chrome-extension://${this.id}/pages/popup.html`)) {
      await this.browser.send("Target.closeTarget", {targetId}).catch(() => {});
    }
    const address = await page.evaluate("location.href");
    await page.send("Page.bringToFront");
    const tab = (await this.browser.targets(address)).find(({type}) => type === "tab");
    await this.browser.send("Extensions.triggerAction", {id: this.id, targetId: tab.targetId});
    const popup = await until("the popup", async () =>
      (await this.browser.targets(`chrome-extension://${this.id}/pages/popup.html`)).find(({type}) => type === "page"));
    return this.browser.attach(popup.targetId);
  }

  /** Presses the button in a page; resolves to that with its captions watched. */
  async caption(page) {
    await this.press(page);
    const watched = new WatchedPage(page);
    await watched.watch();
    return {page, watched};
  }

  async picture(page, name, isWhole) {
    if (this.#pictures) writeFileSync(join(this.#pictures, `extension-${name}.png`), await page.screenshot(isWhole));
  }
}
