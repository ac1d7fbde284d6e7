// Events that a server sends, out of pieces of text (WHATWG HTML, 9.2.6).

/** Puts events together: a plain value. */
export class EventReader {
  #rest = "";
  #name = "";
  #data = [];

  /** The events that are whole with this piece, as {name, data}. */
  take(piece) {
    // A line may end in CR, LF or both; a CR at the end of a piece waits for what follows.
    const text = this.#rest + piece;
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + text.slice(whole.length);
    return lines.flatMap(line => this.#read(line));
  }

  #read(line) {
    if (line === "") {
      const event = {name: this.#name || "message", data: this.#data.join("\n")};
      const isEmpty = this.#data.length === 0;
      this.#name = "";
      this.#data = [];
      return isEmpty ? [] : [event];
    }
    const [, field, value] = line.match(/^([^:]*)(?:: ?(.*))?$/s);
    if (field === "event") this.#name = value ?? "";
    if (field === "data") this.#data.push(value ?? "");
    return [];
  }
}
