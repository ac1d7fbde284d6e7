// What a trial says where it fails: one line.

import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";

/** What a trial needs is not there, or what it waits for does not come. */
export class Failure extends Error {}

/** Also what the operating system says of a file, and what is said of options. */
const isExpected = error => error instanceof Failure || error.syscall || /^ERR_(ASSERTION|PARSE_ARGS)/.test(error.code);

/** Runs a trial, which is given a folder for what it makes; says why it failed. A mistake in the trial itself is thrown. */
export async function run(trial) {
  const folder = mkdtempSync(join(tmpdir(), "antiphon-trial-"));
  process.once("exit", () => rmSync(folder, {recursive: true, force: true}));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  try {
    await trial(folder);
  } catch (error) {
    if (!isExpected(error)) throw error;
    console.error(`trial: ${error.message}`);
    process.exitCode = 1;
  }
}
