// Hostile texts in every field of the record, and every file and page that is made of it.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {mkdirSync, readdirSync, readFileSync, statSync} from "node:fs";
import {request} from "node:http";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {expectContained, expectNoOverflow, expectQuiet, launch, open} from "./look.mjs";
import {configure, scratch, serve} from "./site.mjs";
import {command, forbidden, giant, hosterOf, hostile, recorded} from "./strangers.mjs";

const place = scratch();
let site, log, served, browser, names;

before(async () => {
  ({site, log} = recorded(place.folder));
  names = readdirSync(site, {recursive: true}).filter((name) => statSync(join(site, name)).isFile());
  served = await serve(site);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await served?.stop();
  place.remove();
});

const read = (name) => new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(readFileSync(join(site, name)));
const ending = (...endings) => names.filter((name) => endings.some((end) => name.endsWith(end)));

test("no file holds what cannot be seen", () => {
  assert.ok(names.length > 100);
  for (const name of names) assert.doesNotMatch(read(name), forbidden, name);
  assert.doesNotMatch(log, forbidden);
  assert.doesNotMatch(log, /^X-Ran/m);
});

test("data are data to other parsers", () => {
  const script = `import csv, json, sys, xml.dom.minidom
for path in sys.argv[1:]:
    if path.endswith(".json"):
        json.load(open(path, encoding="utf-8"))
    elif path.endswith(".csv"):
        rows = list(csv.reader(open(path, encoding="utf-8", newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1, path
        assert not any(cell[:1] in "=+-@\\t\\r" for row in rows for cell in row if cell), path
    else:
        for element in xml.dom.minidom.parse(path).getElementsByTagName("*"):
            assert element.localName not in ("script", "foreignObject", "image", "iframe"), path
            for name, value in element.attributes.items():
                assert not name.startswith("on"), path
                assert not name.endswith("href") or value.startswith("https://"), path + value
`;
  const found = ending(".json", ".csv", ".svg", ".atom");
  for (const end of [".json", ".csv", ".svg", ".atom"]) assert.ok(ending(end).length > 1, end);
  execFileSync("python3", ["-c", script, ...found.map((name) => join(site, name))], {encoding: "utf8"});
});

/** What is refused is not said again at length, nor as it was written. */
function expectRefused(done, name) {
  assert.notEqual(done.status, 0, name);
  const said = done.stdout + done.stderr;
  assert.ok(said, name);
  assert.doesNotMatch(said, forbidden, name);
  for (const line of said.split("\n")) assert.ok(line.length < 1000, `${name}: ${line.slice(0, 80)} (${line.length})`);
}

test("ids are no texts, and texts have an end", () => {
  const ids = ["script", "quotes", "equals"].map((name) => hostile[name]);
  const tries = [...["id", "check"].flatMap((field) => [...ids, giant, "a\r\nX-Ran: yes"].map((word) => [field, word])),
    ...["hosterName", "hosterKind", "place", "name", "kind", "software", "query"].map((field) => [field, giant])];
  tries.forEach(([field, word], i) => {
    const folder = join(place.folder, `try-${i}`);
    mkdirSync(folder);
    configure(folder, {name: "x"}, [hosterOf("a", "b", {[field]: word})]);
    expectRefused(command(folder, ["check-config"]), `${field}: ${word.slice(0, 40)}`);
  });
  const folder = join(place.folder, "good");
  mkdirSync(folder);
  configure(folder, {name: "x"}, [hosterOf("a", "b")]);
  assert.equal(command(folder, ["check-config"]).status, 0);
  for (const option of ["fr", "by", "link"])
    expectRefused(command(folder, ["maintenance", "add"], ["a/pad", "--from", "2099-01-01T00:00:00Z", "--for", "2h", "--fr=x", "--by=y",
      `--${option}=${option === "link" ? "https://a.example/" : ""}${giant}`]), option);
  const line = (field, value) => JSON.stringify({v: 1, time: "2026-01-01T00:00:00Z", vantage: "main", service: "a/pad", check: "https",
    family: "ipv4", outcome: "up", reason: "ok", attempt: 1, [field]: value}) + "\n";
  for (const field of ["vantage", "service", "check"])
    for (const word of [...ids, giant]) expectRefused(command(folder, ["replay"], [], line(field, word)), `${field}: ${word.slice(0, 40)}`);
});

/** Status and headers, as they come: `path` is sent as it is. */
function headersOf(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const {hostname, port} = new URL(served.origin);
    request({hostname, port, path, headers}, (answer) => {
      answer.resume();
      answer.on("end", () => resolve({status: answer.statusCode, headers: answer.rawHeaders}));
    }).on("error", reject).end();
  });
}

/** Each header is one that we give, and says no more than it has to. */
const given = {
  "Content-Security-Policy": /^[-a-z' ;]+$/, "X-Content-Type-Options": /^nosniff$/, "Referrer-Policy": /^no-referrer$/,
  "Cross-Origin-Opener-Policy": /^same-origin$/, "Permissions-Policy": /^interest-cohort=\(\)$/, "Cache-Control": /^[-a-z0-9=, ]+$/,
  Vary: /^[-A-Za-z]+$/, ETag: /^"[0-9a-f]{16}(-br|-gz)?"$/, "Access-Control-Allow-Origin": /^\*$/, "Content-Type": /^[-a-z]+\/[-+a-z]+(; [-a-z0-9=.]+)*$/,
  "Content-Encoding": /^br$/, "Content-Length": /^\d+$/, "Transfer-Encoding": /^chunked$/, "Accept-Ranges": /^bytes$/, Location: /^[A-Za-z0-9-]+\/$/,
  Date: /^[A-Za-z0-9,: ]+ GMT$/, Connection: /^(close|[Kk]eep-[Aa]live)$/, "Keep-Alive": /^[a-z0-9=, ]+$/, "Retry-After": /^\d+$/,
};

function expectPlain({status, headers}, path, wanted) {
  assert.ok(wanted.includes(status), `${path}: ${status}`);
  for (let i = 0; i < headers.length; i += 2) assert.match(headers[i + 1], given[headers[i]] ?? /^$/, `${path}: ${headers[i]}`);
}

test("headers are ours, whatever the files tell and the address says", async () => {
  for (const name of names) {
    expectPlain(await headersOf(`/${name}`, {"Accept-Encoding": "br"}), name, [200, 404]);
    if (name.endsWith("/index.html"))
      expectPlain(await headersOf(`/${name.replace(/\/index\.html$/, "")}`), name, [301]);
  }
  const words = [...Object.values(hostile), giant.slice(0, 6000), "a\r\nX-Ran: yes", "\u202Egnp.exe"].map(encodeURIComponent);
  for (const word of words)
    for (const path of [`/${word}`, `//${word}`, `/fr/h/${word}`, `/fr/h/script/?${word}`, `/fr/h/script?${word}`, `/?${word}`, `/badge/${word}.fr.svg`,
      `/fr/h/script/..%2f${word}`])
      expectPlain(await headersOf(path), path.slice(0, 80), [200, 301, 302, 400, 404, 414]);
  for (const word of Object.values(hostile).map((text) => Buffer.from(text).toString("latin1")))
    expectPlain(await headersOf("/", {"Accept-Language": word, Accept: word, "If-None-Match": word, Range: word, Referer: word}), word, [302]);
});

async function expectHarmless(page, path) {
  assert.notEqual(await page.title(), "ran", path);
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) =>
    /^(script|iframe|object|embed|base|form)$/i.test(element.localName) ||
    [...element.attributes].some(({name, value}) => /^on/.test(name) ||
      (/^(href|src|action|xlink:href)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value))))
    .map((element) => element.outerHTML.slice(0, 120))), [], path);
}

test("every page shows them as text, within its width", async () => {
  const pages = ending("/index.html").map((name) => `/${name.replace(/index\.html$/, "")}`);
  assert.ok(pages.length > 2 * Object.keys(hostile).length);
  for (const path of pages) {
    const visit = await open(browser, served.origin, path, {width: 390});
    await visit.page.$$eval("details", (all) => all.forEach((element) => (element.open = true)));
    await expectNoOverflow(visit.page, path);
    await expectContained(visit.page, path);
    await expectHarmless(visit.page, path);
    await expectQuiet(visit, path);
    await visit.close();
  }
});
