// A record in which every text that a stranger can give is chosen with no good in mind, made by the command line alone.
import {spawnSync} from "node:child_process";
import {join} from "node:path";
import {configure} from "./site.mjs";

const {VIBRISSE} = process.env;
const hour = 3600 * 1000;

/** What breaks out of a document, a table, a line or a reader's trust, by the id of the hoster whose every text it is. */
export const hostile = {
  script: "<script>document.title='ran'</script>",
  quotes: "\"'><img src=x onerror=\"document.title='ran'\"> `${1}` \\",
  ends: "]]> --> </title></style></svg> &lt;b&gt; <!--",
  equals: "=HYPERLINK(\"https://stranger.example/\";\"ran\")",
  plus: "+1+cmd|' /C calc'!A0",
  minus: "-2+3",
  at: "@SUM(1;2)",
  link: "javascript:document.title='ran'",
  emoji: "é漢字 🐈", // one: of two in an attribute of a picture, vnu takes the second for half a character
  arabic: "مرحبا ورفّ",
  endless: "w".repeat(190),
};

/** Longer than anything that we keep: evidence is cut, everything else refused. */
export const giant = "w".repeat(10240);

/** What no configuration lets in, but evidence may hold. */
export const unseen = "\u202Egnp.\u2066exe\u2069\u200B\uFEFF\u0007\u001B[31m\r\n\tX-Ran: yes";
/** None of it may be in anything that we say. */
export const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/u;

const quoted = JSON.stringify; // is YAML, too

/** {id, yaml} of a hoster whose every text is `word`; `other`: what of it is something else. */
export function hosterOf(id, word, other = {}) {
  const texts = {id: "pad", check: "https", hosterName: word, hosterKind: word, place: word, name: word, kind: word, software: word.slice(0, 100),
    query: encodeURIComponent(word), ...other};
  const both = (text) => `{fr: ${quoted(text)}, en: ${quoted(`${text} en`)}}`;
  return {id, yaml: [`hoster: ${id}`, `name: ${both(texts.hosterName)}`, `kind: ${both(texts.hosterKind)}`,
    `website: ${quoted(`https://${id}.example/?${texts.query}`)}`, `place: ${quoted(texts.place)}`, "services:",
    `  - id: ${quoted(texts.id)}`, `    name: ${both(texts.name)}`, `    software: ${quoted(texts.software)}`,
    `    kind: ${both(texts.kind)}`, `    url: "https://${id}.example/?a=1&b='(%22%3E%3Cscript%3E)#&lt;"`, "    checks:",
    `      - id: ${quoted(texts.check)}`,
    `        url: "https://127.0.0.1:9/${"long-".repeat(20)}?a=1&b='%3Cscript%3E"`].join("\n") + "\n"};
}

function certificateOf(word, digit) {
  if (word === hostile.endless) word = word.repeat(5);
  return {sha256: digit.repeat(64), key_sha256: digit.repeat(64), subject: word + unseen, issuer: word + unseen,
    names: word + unseen, key: word, protocol: word, sans: 3, chain_ok: false,
    not_before: "2026-01-01T00:00:00Z", not_after: "2036-01-01T00:00:00Z"};
}

/** A result each hour for five days; ten of them bad, and one by itself. */
function* resultsOf(id, word, begin) {
  for (let i = 0; i < 100; i++) {
    const bad = i === 20 || (i >= 50 && i < 60);
    yield {v: 1, time: new Date(begin + i * hour).toISOString().replace(".000", ""), vantage: "main", service: `${id}/pad`,
      check: "https", family: "ipv4", outcome: bad ? "down" : "up", reason: bad ? "http_status" : "ok",
      detail: (id === "endless" ? giant : word) + unseen, attempt: 1, phases: {resolve: 1, connect: 2, tls: 3, first_byte: 4, total: 20 + i},
      certificate: certificateOf(word, i < 70 ? "a" : "b")};
  }
}

/** What a command of ours said and how it ended. */
export function command(folder, verb, words = [], input = "") {
  return spawnSync(VIBRISSE, [...verb, "-c", join(folder, "vibrisse.yaml"), ...words], {input, encoding: "utf8"});
}

function vibrisse(folder, verb, words, input) {
  const done = command(folder, verb, words, input);
  if (done.status !== 0) throw new Error(`${verb.join(" ")} ${words.join(" ")}: ${done.stderr}${done.stdout}`);
  return done;
}

const stamp = (time) => new Date(time).toISOString().replace(/\.\d+/, "");

/** Its folder of pages, and what the commands wrote to their logs. */
export function recorded(folder) {
  const now = Math.floor(Date.now() / hour) * hour, begin = now - 100 * hour;
  configure(folder, {name: hostile.script + hostile.ends + " " + "w".repeat(100), address: "https://etat.example/", contact: "x@y.example",
    interval: "1h"}, Object.entries(hostile).map(([id, word]) => hosterOf(id, word)));
  const results = Object.entries(hostile).flatMap(([id, word]) => [...resultsOf(id, word, begin)])
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const logs = [vibrisse(folder, ["replay"], [], results.map((line) => JSON.stringify(line)).join("\n") + "\n")];
  for (const [id, word] of Object.entries(hostile)) {
    const said = [`--fr=${word} ${word}`, `--en=${word} 🐈👩🏽`, `--by=${word.slice(0, 100)}`, `--link=https://${id}.example/?a=1&amp;b=(1)`];
    logs.push(vibrisse(folder, ["incident", "annotate"], [`${id}/pad`, "--at", stamp(begin + 52 * hour), ...said]));
    logs.push(vibrisse(folder, ["maintenance", "add"], [`${id}/pad`, "--from", stamp(now + 24 * hour), "--for", "2h", ...said]));
  }
  logs.push(vibrisse(folder, ["render"], []));
  return {site: join(folder, "site"), log: logs.map(({stderr}) => stderr).join("")};
}
