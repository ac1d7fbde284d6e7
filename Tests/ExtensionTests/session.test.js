import assert from "node:assert/strict";
import {createServer} from "node:http";
import {afterEach, beforeEach, test} from "node:test";
import {Session} from "../../Extension/ear/session.js";

let server, session, tell, said, states, captures, isEnded;

beforeEach(async () => {
  [said, states, captures, isEnded] = [[], [], 0, false];
  server = createServer((request, response) => {
    if (request.url === "/labels") return response.end(JSON.stringify({labels: ["Bell"]}));
    if (request.method === "POST") return response.writeHead(202).end(JSON.stringify({id: "1"}));
    if (request.method === "DELETE") return response.writeHead(204).end();
    tell = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    tell("progress", {state: "waiting", progress: 0, duration_seconds: null});
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  const capture = async () => {
    captures += 1;
    return {end: async () => { isEnded = true; }};
  };
  const settings = {service: `http://127.0.0.1:${server.address().port}`, token: ""};
  session = new Session(settings, {tell: state => states.push(state.name), capture});
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
  tell("done", {state: "done", progress: 1, duration_seconds: 40});
  await until(() => states.at(-1) === "captioned");
  assert.ok(covered() > 1e9);
  assert.equal(captures, 0);
});

test("a video of which a part is heard is captioned so far, and listened to from there on", async () => {
  await ask();
  tell("done", {state: "done", progress: 1, duration_seconds: 10, note: "only the first 10 s were heard"});
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
  tell("done", {state: "done", progress: 1, duration_seconds: 40});
  await until(() => states.at(-1) === "captioned");
  assert.ok(isEnded, "nobody listens any more");
  session.late();
  assert.equal(captures, 1);
});

test("a tab is listened to where the service declines, also if it is already", async () => {
  await ask();
  session.late();
  tell("failed", {state: "failed", error: "there is no sound in it"});
  await until(() => said.some(({kind}) => kind === "declined"));
  assert.equal(captures, 1);
  assert.ok(!isEnded);
});
