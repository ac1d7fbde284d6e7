// A film with known sounds at known times, each a tone of its own.

import {execFileSync} from "node:child_process";
import {Failure} from "./failure.js";

/** What each tone stands for, in Hz. */
export const tones = {"Bell": 440, "Whistling": 1000, "Bird song": 2500};

/** What sounds when, in seconds. */
export const sounds = [
  {label: "Bell", begin: 3, end: 5},
  {label: "Whistling", begin: 7, end: 10},
  {label: "Bird song", begin: 8.5, end: 11},
  {label: "Bell", begin: 13, end: 13.6},
  {label: "Whistling", begin: 20, end: 23},
  {label: "Bird song", begin: 27, end: 30},
  {label: "Bell", begin: 33, end: 36},
];

export const filmSeconds = 40;

const picture = "gradients=size=320x180:rate=5:c0=0x10243a:c1=0x3f7fa6:c2=0xf3e3b6:nb_colors=3:speed=0.004:seed=4";

/** Makes the film, of half a minute and more: VP8 and Opus in WebM. */
export function makeFilm(path) {
  const sound = sounds
    .map(({label, begin, end}) => `0.25*sin(2*PI*${tones[label]}*t)*between(t,${begin},${end})`).join("+");
  const parts = ["-v", "error", "-y",
    "-f", "lavfi", "-i", `${picture}:duration=${filmSeconds}`,
    "-f", "lavfi", "-i", `aevalsrc=exprs='${sound}':sample_rate=48000:duration=${filmSeconds}`,
    "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-g", "5",
    "-c:a", "libopus", path];
  try {
    execFileSync("ffmpeg", parts);
  } catch (error) {
    throw new Failure(`no film: ffmpeg ${error.status ? `ended with status ${error.status}` : "does not start"}`);
  }
}
