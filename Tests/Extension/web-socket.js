// The server's side of a WebSocket (RFC 6455), as far as a trial needs it: whole frames of a browser.

import {createHash} from "node:crypto";

const accept = key => createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");

/** A connection that a browser has asked for. */
export class WebSocketConnection {
  #socket;
  #received = Buffer.alloc(0);

  /** Called with the bytes of each binary message. */
  onBytes = () => {};

  constructor(request, socket) {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("data", bytes => this.#take(bytes));
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${accept(request.headers["sec-websocket-key"])}\r\n\r\n`);
  }

  end() {
    this.#socket.end();
  }

  send(text) {
    const payload = Buffer.from(text);
    const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
    this.#socket.write(Buffer.concat([Buffer.from([0x81, ...length]), payload]));
  }

  #take(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      if (frame.operation === 2) this.onBytes(frame.payload);
      if (frame.operation === 8) this.#socket.end();
    }
  }

  /** The next whole frame, unmasked. */
  #frame() {
    const received = this.#received;
    const short = received[1] & 127;
    if (short === 127) throw new Error("frames below 64 KiB were expected");
    const start = short < 126 ? 2 : 4;
    if (received.length < start) return undefined;
    const end = start + 4 + (short < 126 ? short : received.readUInt16BE(2));
    if (received.length < end) return undefined;
    const mask = received.subarray(start, start + 4);
    const payload = Buffer.from(received.subarray(start + 4, end).map((byte, index) => byte ^ mask[index % 4]));
    this.#received = received.subarray(end);
    return {operation: received[0] & 15, payload};
  }
}
