import assert from "node:assert/strict";
import {createServer} from "node:http";
import {afterEach, beforeEach, mock, test} from "node:test";
import {Session} from "../../Extension/ear/session.js";

const {setTimeout} = globalThis;
mock.timers.enable({apis: ["setTimeout"]});  // the session's clock, but not that of the tests
const second = 1000;
const tenth = new Int16Array(1600).buffer;  // of a second of sound

/** A socket to a service that is told what to do. */
class Socket extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  sent = 0;

  constructor() {
    super();
    sockets.push(this);
  }

  open() {
    this.readyState = Socket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  answer(value) {
    this.dispatchEvent(new MessageEvent("message", {data: JSON.stringify(value)}));
  }

  send() {
    this.sent += 1;
  }

  close() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

globalThis.WebSocket = Socket;

let server, session, tell, said, states, captures, capturing, isEnded, isHanging, isThinking, isFull, isCrowded, sockets, sound, last;

beforeEach(async () => {
  [said, states, captures, isEnded, isHanging, isFull, isCrowded, sockets, tell] = [[], [], 0, false, false, false, false, []];
  [isThinking, capturing] = [false, undefined];
  server = createServer((request, response) => {
    if (isHanging) return;
    if (isCrowded) return response.writeHead(503).end(JSON.stringify({error: "200 connections are open already"}));
    if (request.url === "/labels") return response.end(JSON.stringify({labels: ["Bell"]}));
    if (request.method === "POST" && isThinking) return;
    if (request.method === "POST" && isFull) return response.writeHead(429).end(JSON.stringify({error: "too many wait"}));
    if (request.method === "POST") return response.writeHead(202).end(JSON.stringify({id: "1"}));
    if (request.method === "DELETE") return response.writeHead(204).end();
    tell = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    tell("progress", {state: "waiting", progress: 0, duration_seconds: null});
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  const capture = async () => {
    captures += 1;
    await capturing;
    const end = async () => {
      if (isEnded) throw new Error("Cannot close a closed AudioContext.");
      isEnded = true;
    };
    return sound = {restart() {}, end};
  };
  const settings = {service: `http://127.0.0.1:${server.address().port}`, token: ""};
  session = new Session(settings, {tell: state => states.push((last = state).name), capture});
  session.connect({postMessage: message => said.push(message)});
});

afterEach(async () => {
  await session.end();
  server.closeAllConnections();
  server.close();
});

/** Waits until something is said or told. */
async function until(isTrue) {
  for (let times = 0; !isTrue(); times++) {
    assert.ok(times < 200, `did not come: ${isTrue}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const covered = () => said.filter(({kind}) => kind === "covered").at(-1)?.until;

/** Asks for captions, and waits for the first answer. */
async function ask() {
  session.caption("http://localhost/film.webm");
  await until(() => states.includes("waiting"));
}

test("a video of which all is heard is captioned to its end", async () => {
  await ask();
  tell("progress", {state: "running", progress: 0.5, duration_seconds: 40});
  await until(() => covered() === 10);
  tell("done", {state: "done", progress: 1, duration_seconds: 40, is_complete: true});
  await until(() => states.at(-1) === "captioned");
  assert.ok(covered() > 1e9);
  assert.equal(captures, 0);
});

test("a video that is damaged is captioned to its end, whatever is noted of it", async () => {
  await ask();
  tell("done", {state: "done", progress: 1, duration_seconds: 40, is_complete: true, note: "the recording is damaged"});
  await until(() => states.at(-1) === "captioned");
  assert.ok(covered() > 1e9);
});

test("a video of which a part is heard is captioned so far, and listened to from there on", async () => {
  await ask();
  tell("done", {state: "done", progress: 1, duration_seconds: 10, is_complete: false, note: "a part"});
  await until(() => states.at(-1) === "partly");
  assert.equal(covered(), 10);
  session.late();
  await until(() => captures === 1);
});

test("a tab is listened to while the service is late, once, and no more when all is captioned", async () => {
  session.late();  // nobody has answered yet
  await ask();
  assert.equal(captures, 0);
  session.late();
  session.late();
  await until(() => captures > 0);
  tell("done", {state: "done", progress: 1, duration_seconds: 40, is_complete: true});
  await until(() => states.at(-1) === "captioned");
  assert.ok(isEnded, "nobody listens any more");
  session.late();
  assert.equal(captures, 1);
});

test("a tab whose capture is under way when all is captioned is let go once, before the session has ended", async () => {
  let give;
  capturing = new Promise(resolve => { give = resolve; });
  await ask();
  session.late();
  await until(() => captures === 1);
  tell("done", {state: "done", progress: 1, duration_seconds: 40, is_complete: true});
  await until(() => covered() > 1e9);
  const end = session.end().then(() => isEnded);
  give();
  assert.equal(await end, true);
});

test("a tab is listened to where the service declines, also if it is already", async () => {
  await ask();
  session.late();
  tell("failed", {state: "failed", error: "there is no sound in it"});
  await until(() => said.some(({kind}) => kind === "declined"));
  assert.equal(captures, 1);
  assert.ok(!isEnded);
});

test("an order for which there is no place waits as others do, and is given again", async () => {
  isFull = true;
  await ask();
  session.late();
  await until(() => captures === 1);  // meanwhile the tab is listened to
  isFull = false;
  await until(() => mock.timers.tick(second) ?? tell);
  tell("done", {state: "done", progress: 1, duration_seconds: 40, is_complete: true});
  await until(() => states.at(-1) === "captioned");
});

test("a service that does not answer is away, and one that begins to is not", async () => {
  isHanging = true;
  session.listen();
  await until(() => captures === 1);
  await until(() => mock.timers.tick(second) ?? states.length > 0);
  assert.deepEqual(states, ["unreachable"]);
  isHanging = false;
  await listening();
});

/** Waits for a socket, which opens, and hears. */
async function listening() {
  const count = sockets.length;
  await until(() => mock.timers.tick(second) ?? sockets.length > count);
  sockets.at(-1).open();
  await until(() => sound.onPiece);
  sockets.at(-1).answer({heard_seconds: 0, captions: []});
  assert.equal(states.at(-1), "listening");
  return sockets.at(-1);
}

test("a tab is listened to while the service thinks about an order, for longer than about anything else", async () => {
  isThinking = true;
  session.caption("http://localhost/film.webm");
  for (let times = 0; captures === 0; times++) {
    assert.ok(times < 200, "it is not listened to");
    session.late();  // as the page says each second
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  await until(() => sockets.length > 0);
  sockets[0].open();
  mock.timers.tick(20 * second);
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.ok(!states.includes("unreachable"), `${states}`);
});

test("why a service answers nobody is told, and it is asked again", async () => {
  isCrowded = true;
  session.listen();
  await until(() => states.length > 0);
  assert.deepEqual([last.name, last.error], ["declined", "200 connections are open already"]);
  isCrowded = false;
  await listening();
});

test("a service that lets nobody in for live sound is away", async () => {
  session.listen();
  await until(() => sockets.length === 1);
  await until(() => mock.timers.tick(second) ?? states.length > 0);
  assert.deepEqual(states, ["unreachable"]);
});

test("a service that says nothing to what it is sent is away, and is not sent more", async () => {
  session.listen();
  const socket = await listening();
  for (let times = 0; times < 49; times++) sound.onPiece(tenth);
  socket.answer({heard_seconds: 4.9, captions: []});
  for (let times = 0; times < 1000; times++) sound.onPiece(tenth);
  await until(() => states.at(-1) === "unreachable");
  assert.equal(socket.sent, 49 + 50);
  assert.equal(socket.readyState, 3);
  await listening();
});

test("why a service does not listen is told, and it is asked again", async () => {
  session.listen();
  await until(() => sockets.length === 1);
  sockets[0].open();
  await until(() => sound.onPiece);
  sockets[0].answer({error: "8 listen already: try again in a while"});
  await until(() => states.length > 0);
  assert.deepEqual(states, ["declined"]);
  assert.match(last.error, /^8 listen already/);
  await listening();
});
