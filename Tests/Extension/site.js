// Pages with a film: a light one and a dark one, both with styles that would spoil captions which they reached.

import {createReadStream, statSync} from "node:fs";
import {createServer} from "node:http";

const text = "A river, a bell and a bird: forty seconds from a morning by the water. ".repeat(4);
const styles = `
  body { margin: 24px; font: 17px sans-serif; }
  #player { width: 800px; }
  video { width: 100%; display: block; }
  #player:fullscreen video { height: 100vh; }
  div { opacity: .3 !important; }
  section, ul, li, button { color: red !important; font-size: 40px !important; }`;

const page = (colours, video, script = "") => `<!doctype html><meta charset="utf-8"><title>By the river</title>
  <style>body { ${colours} } ${styles}</style><h1>By the river</h1><main id="player">${video}</main><p>${text}</p>${script}`;

/** In the light page the video is a file; in the dark one a script gives it to the player, as many sites do. */
const pages = {
  "/light": page("background: #fff; color: #222;", `<video src="/film.webm" controls preload="auto"></video>`),
  "/dark": page("background: #0f0f0f; color: #eee;", "<video controls></video>", `<script type="module">
    document.querySelector("video").src = URL.createObjectURL(await (await fetch("/film.webm")).blob());</script>`),
  "/podcast": page("", `<audio src="/film.webm" controls preload="auto"></audio>`),
};

/** Two addresses of the film, of which a service may know one. */
const films = ["/film.webm", "/other.webm"];

/** Serves the pages, and a film of which any part may be asked for. */
export function site(film) {
  return createServer((request, response) => {
    if (pages[request.url]) return response.writeHead(200, {"Content-Type": "text/html"}).end(pages[request.url]);
    if (!films.includes(request.url)) return response.writeHead(404).end();
    const {size} = statSync(film);
    const [, from] = request.headers.range?.match(/^bytes=(\d+)-/) ?? [];
    const start = Number(from ?? 0);
    response.writeHead(from === undefined ? 200 : 206, {
      "Content-Type": "video/webm",
      "Accept-Ranges": "bytes",
      "Content-Length": size - start,
      ...(from !== undefined && {"Content-Range": `bytes ${start}-${size - 1}/${size}`}),
    });
    createReadStream(film, {start}).on("error", () => response.destroy()).pipe(response);
  });
}
