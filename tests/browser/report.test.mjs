// The pages of a yearly report of a hundred hosters, those with every text chosen with no good in mind among them: a year made
// by replay, a report made by the command, in a folder that works by itself.
import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import {appendFileSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {brotliCompressSync} from "node:zlib";
import {expectAccessible, expectContained, expectNoOverflow, expectQuiet, launch, open, schemes, widths} from "./look.mjs";
import {checked} from "./nu.mjs";
import {configure, quick, scratch, serve} from "./site.mjs";
import {forbidden, hostile, unseen} from "./strangers.mjs";

const YEAR = 2025, HOSTERS = 100, day = 86400000;
const begin = Date.UTC(YEAR, 0, 1);
const silent = [210, 220]; // days on which nobody was measured
const hostings = ["home", "bay", "server", "outsourced", ""];
const strangers = Object.entries(hostile);
const quoted = JSON.stringify; // is YAML, too

// id, and the words that are all its texts.
const hosters = Array.from({length: HOSTERS}, (_, i) => strangers[i] ?? [`hoster-${i}`, `Hébergeur ${i}`]);
const place = scratch(quick());
let site, browser;

function hosterOf([id, word], i) {
  const hosting = hostings[i % hostings.length];
  return {id, yaml: [`hoster: ${id}`, `name: ${quoted(word)}`, `kind: ${quoted(word)}`, "services:", "  - id: pad",
    `    name: ${quoted(word)}`, `    kind: ${quoted(i < strangers.length ? word : `Pads ${i % 20}`)}`,
    ...(hosting ? [`    hosting: ${hosting}`] : []), "    checks: [{id: c, url: \"https://127.0.0.1:9/\"}]"].join("\n") + "\n"};
}

/** Whether the hoster's service is down on that day of the year: up to three times, for four days each. */
const isDown = (i, at) => [40, 130, 300].slice(0, i % 4).some((first) => at >= first + i % 30 && at < first + 4 + i % 30);

/** One result a day; the last five came late. */
function* results() {
  for (let at = -1; at < 366; at++)
    for (const [i, [id, word]] of hosters.entries()) {
      if ((at >= silent[0] && at < silent[1]) || (i >= HOSTERS - 5 && at < 240)) continue;
      const down = isDown(i, at), digit = (at < 100 ? "a" : "b").repeat(64);
      yield {v: 1, time: new Date(begin + at * day).toISOString(), vantage: "main", service: `${id}/pad`, check: "c", family: "ipv4",
        outcome: down ? "down" : "up", reason: down ? "http_status" : "ok", detail: word + unseen, phases: {total: 20 + i},
        ...(down ? {} : {users: {total: 1000 + at, month: 100 + i}}),
        certificate: {sha256: digit, key_sha256: digit, subject: word, issuer: i < strangers.length ? word + unseen : `CA ${i % 5}`,
          names: word, key: word, protocol: i < strangers.length ? word : "TLSv1.3", sans: 1, chain_ok: true,
          not_before: "2024-12-01T00:00:00Z", not_after: at < 100 ? "2025-05-01T00:00:00Z" : "2026-05-01T00:00:00Z"}};
    }
}

function vibrisse(words, input) {
  const done = spawnSync(process.env.VIBRISSE, words, {input, encoding: "utf8", maxBuffer: 64 << 20});
  assert.equal(done.status, 0, `${words.join(" ")}: ${done.stderr}${done.stdout}`);
}

before(async () => {
  const config = ["-c", join(place.folder, "vibrisse.yaml")];
  configure(place.folder, {name: hostile.script, address: "https://stranger.example/", interval: "1d"}, hosters.map(hosterOf));
  appendFileSync(join(place.folder, "vibrisse.yaml"), "series: {profile: compact}\n");
  vibrisse(["replay", ...config, "-"], [...results()].map((result) => quoted(result) + "\n").join(""));
  for (const [i, [id, word]] of strangers.entries())
    if (i % 4)
      vibrisse(["incident", i % 2 ? "annotate" : "dispute", ...config, `${id}/pad`, "--at",
        new Date(begin + (40 + i % 30) * day).toISOString().replace(".000", ""), "--fr", word, "--en", word, "--by", word.slice(0, 60)]);
  vibrisse(["report", String(YEAR), ...config, "--out", place.folder + "/out"]);
  site = await serve(place.folder + "/out");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  place.remove();
});

// Of all; a list; with every text a stranger's; not counted; in the other language.
const paths = ["fr/report/YEAR/", "fr/report/YEAR/h/", "fr/report/YEAR/h/quotes/", "fr/report/YEAR/h/endless/", "fr/report/YEAR/h/hoster-99/",
  "en/report/YEAR/", "en/report/YEAR/h/script/"].map((path) => `/${path.replace("YEAR", YEAR)}`);
const file = (path) => join(place.folder, "out", path, "index.html");

for (const path of paths)
  test(`${path}: both widths and colour schemes`, () => Promise.all(widths.map(async (width) => {
    const visit = await open(browser, site.origin, path, {width, language: path.slice(1, 3)});
    for (const colorScheme of schemes) {
      const name = `${path} ${width} ${colorScheme}`;
      await visit.page.emulateMedia({colorScheme});
      await visit.page.$$eval("details", (all) => all.forEach((element) => (element.open = true)));
      await expectNoOverflow(visit.page, name);
      await expectContained(visit.page, name);
      // The second scheme changes nothing but colours.
      await expectAccessible(visit.page, name, colorScheme === "light" ? undefined : ["color-contrast"]);
    }
    assert.doesNotMatch(await visit.page.title(), /^ran$/);
    assert.doesNotMatch(await visit.page.locator("body").innerText(), forbidden);
    await expectQuiet(visit, path);
    await visit.close();
  })));

test("every word of strangers stands there as text", async () => {
  const {page, close} = await open(browser, site.origin, `/fr/report/${YEAR}/h/`);
  const said = await page.locator("main").textContent();
  for (const word of Object.values(hostile)) assert.ok(said.includes(word), word);
  await page.goto(`${site.origin}/fr/report/${YEAR}/`);
  const first = await page.locator("main").textContent();
  for (const word of Object.values(hostile)) assert.ok(first.includes(word), word); // kinds, issuers
  await page.goto(`${site.origin}/fr/report/${YEAR}/h/quotes/`);
  assert.ok((await page.locator(".said .voice").allTextContents()).some((text) => text.includes(hostile.quotes)));
  await close();
});

test("what was not measured is framed, in forced colours and on paper, too", async () => {
  for (const media of [{forcedColors: "active"}, {media: "print", colorScheme: "dark"}]) {
    const visit = await open(browser, site.origin, `/en/report/${YEAR}/`, {width: 720});
    await visit.page.emulateMedia(media);
    await expectNoOverflow(visit.page, JSON.stringify(media));
    const [day, hole] = await visit.page.$$eval("#main .day, #main .hole", (all) => all.map((element) => {
      const {stroke, strokeDasharray, forcedColorAdjust} = getComputedStyle(element);
      return {stroke, strokeDasharray, forcedColorAdjust, shown: element.getBoundingClientRect().width > 0, d: element.getAttribute("d")};
    }));
    assert.ok(day.shown && hole.shown);
    assert.notEqual(hole.stroke, day.stroke);
    assert.notEqual(hole.strokeDasharray, "none");
    assert.equal(day.strokeDasharray, "none");
    if (media.forcedColors) assert.equal(hole.forcedColorAdjust, "none");
    assert.match(hole.d, /^M\d+ 1h\d+v91h-\d+z$/);
    const row = visit.page.locator("table").first().locator("tr", {hasText: "July"});
    if (media.media) {
      assert.ok(await row.isVisible(), "the table is unfolded on paper");
      assert.equal(await visit.page.locator("header nav").isVisible(), false);
    }
    assert.ok(Number(await row.locator("td").nth(1).textContent()) > 0, "days not measured");
    await expectQuiet(visit, JSON.stringify(media));
    await visit.close();
  }
});

test("on paper no drawing is torn, nor one without a table from its words", async () => {
  const visit = await open(browser, site.origin, `/fr/report/${YEAR}/`, {width: 720});
  await visit.page.emulateMedia({media: "print"});
  assert.ok((await visit.page.$$eval(".split:not(:has(details))", (all) => all.map((one) => getComputedStyle(one).breakInside))).every((one) => one === "avoid"));
  assert.ok((await visit.page.$$eval("figure, .split table", (all) => all.map((one) => getComputedStyle(one).breakInside))).every((one) => one === "avoid"));
  await visit.close();
});

test("pages are small: 16 kB compressed, 3,000 nodes", async () => {
  for (const path of paths) {
    const compressed = brotliCompressSync(readFileSync(file(path))).length;
    assert.ok(compressed <= 16 * 1024, `${path}: ${compressed} bytes`);
  }
  for (const path of paths.slice(0, 2)) {
    const {page, close} = await open(browser, site.origin, path);
    const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes <= 3000, `${path}: ${nodes} nodes`);
    await close();
  }
});

test("pages: Nu HTML checker", () => assert.deepEqual(checked(paths.map(file)).slice(0, 20), []));
