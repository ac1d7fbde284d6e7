// Where the caption service is: what its address may be, and the addresses that follow from it.

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address of a caption service, as `http://127.0.0.1:8765`. */
export class ServiceAddress {
  #url;

  /** Throws an `Error` of one line for a text that is no address of a service. */
  constructor(text) {
    if (!URL.canParse(text)) throw new Error(`An address like http://127.0.0.1:8765 was expected, not "${text}".`);
    this.#url = new URL(text);
    if (!/^https?:$/.test(this.#url.protocol)) {
      throw new Error(`An address that begins with http:// or https:// was expected, not "${text}".`);
    }
    if (this.#url.username || this.#url.search || this.#url.hash || this.#url.pathname !== "/") {
      throw new Error(`An address without a path, a name or a query was expected, not "${text}".`);
    }
  }

  get text() {
    return this.#url.origin;
  }

  /** Whether the service is on this machine, where no access to a host needs to be asked for. */
  get isLoopback() {
    return loopback.test(this.#url.hostname);
  }

  /** Where a service has to listen to be here, as its `--http` says that; nothing behind TLS, which only a proxy has. */
  get listeningPlace() {
    const {protocol, hostname, port} = this.#url;
    if (protocol === "https:") return undefined;
    const number = port || "80";
    if (/^(localhost|127\.0\.0\.1)$/.test(hostname)) return number;
    const anywhere = hostname.startsWith("[") ? "[::]" : "0.0.0.0";
    return `${this.isLoopback ? hostname : anywhere}:${number}`;
  }

  /** The pattern of Chrome that permits to ask this host. It knows no ports. */
  get hostPattern() {
    return `${this.#url.protocol}//${this.#url.hostname}/*`;
  }

  at(path) {
    return this.#url.origin + path;
  }

  /** Where live sound is sent. A WebSocket of a browser has no headers: a token goes into the address. */
  live(token) {
    const live = new URL("/live", this.#url);
    live.protocol = this.#url.protocol === "https:" ? "wss:" : "ws:";
    if (token) live.searchParams.set("token", token);
    return live.href;
  }
}
