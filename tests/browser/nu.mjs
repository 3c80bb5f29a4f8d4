// The Nu HTML checker, for pages, style sheets and pictures.
import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {createRequire} from "node:module";

const find = createRequire(import.meta.url).resolve;

/** As the Nu HTML checker has it. It judges where a page's own files lie by the policy in the page, which holds for
 * pages that are served and not for files, and takes one letter over and over for Inuktitut. */
export function checked(paths) {
  const done = spawnSync("java", ["-Xmx512m", "-jar", find("vnu-jar/build/dist/vnu.jar"), "--stdout", "--format", "json",
    "--also-check-css", "--also-check-svg", "--filterpattern", ".*violates Content Security Policy.*", ...paths],
  {encoding: "utf8", maxBuffer: 64 << 20});
  assert.equal(done.error, undefined);
  const isGuess = ({url, message}) => /\/endless\//.test(url) && /appears to be written in/.test(message);
  return JSON.parse(done.stdout).messages.filter((found) => !isGuess(found)).map(({url, lastLine, message, extract}) =>
    `${url}:${lastLine}: ${message} ${extract ?? ""}`);
}
