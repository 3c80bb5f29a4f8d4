// Hostile texts in every field of the record, and every file and page that is made of it.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {readdirSync, readFileSync, statSync} from "node:fs";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {expectContained, expectNoOverflow, expectQuiet, launch, open} from "./look.mjs";
import {scratch, serve} from "./site.mjs";
import {forbidden, hostile, recorded} from "./strangers.mjs";

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
