// What is served, judged by checkers, schemas and clients that others wrote, in all languages and of two sites: a year of
// ninety hosters, and one in which every text is hostile. Files are found by their kind: a new page is judged, too.
import assert from "node:assert/strict";
import {execFileSync, spawnSync} from "node:child_process";
import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {once} from "node:events";
import {join, relative} from "node:path";
import {after, before, test} from "node:test";
import {fileURLToPath} from "node:url";
import {Validator} from "@seriousme/openapi-schema-validator";
import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";
import {makeBadge} from "badge-maker";
import datapackage from "datapackage";
import ICAL from "ical.js";
import {launch} from "./look.mjs";
import {checked} from "./nu.mjs";
import {invented, scratch, serve} from "./site.mjs";
import {hostile, recorded} from "./strangers.mjs";

const find = createRequire(import.meta.url).resolve;
const folders = [], sites = {};

before(() => {
  folders.push(invented(), scratch());
  sites.invented = folders[0].folder;
  sites.strangers = recorded(folders[1].folder).site;
});

after(() => folders.forEach((folder) => folder.remove()));

/** Paths of all files of a site whose names end so, at least `least` of them. */
function files(site, ending, least = 1) {
  const found = readdirSync(site, {recursive: true}).filter((name) => name.endsWith(ending));
  assert.ok(found.length >= least, `${found.length} × ${ending}`);
  return found.map((name) => join(site, name));
}

const json = (path) => JSON.parse(readFileSync(path, "utf8"));

// Of the many invented hosters some twenty, for the sake of time.
test("pages, style sheet and pictures: Nu HTML checker", () => {
  const all = Object.values(sites).flatMap((site) => [".html", ".css", ".svg"].flatMap((ending) => files(site, ending)))
    .filter((path) => !/\/h-[13-9]\d\b/.test(path));
  assert.deepEqual(checked(all).slice(0, 20), []);
});

test("the checker checks", () => {
  const folder = scratch();
  folders.push(folder);
  execFileSync("sh", ["-c", 'cp "$1"/index.html "$1"/icon.svg "$1"/*.css "$2" && cd "$2" && ' +
    'for name in *; do sed -i "s/<main/<main colour=red/; s/<path/<path colour=\\"red\\"/; s/color:/colour:/" "$name"; done',
  "sh", sites.invented, folder.folder]);
  const said = checked(readdirSync(folder.folder).map((name) => join(folder.folder, name))).join("\n");
  for (const kind of ["html", "css", "svg"]) assert.match(said, new RegExp(`\\.${kind}:.*colour`));
});

test("feeds: the RSS library of Ruby", () => {
  const script = `require "rss"
    ARGF.each_line(chomp: true) do |path|
      feed = RSS::Parser.parse(File.read(path), true)
      abort "#{path}: no Atom feed" unless feed.is_a?(RSS::Atom::Feed)
      puts feed.entries.size
    end`;
  const all = Object.values(sites).flatMap((site) => files(site, ".atom", 10));
  const done = spawnSync("ruby", ["-W0", "-e", script], {input: all.join("\n") + "\n", encoding: "utf8"});
  assert.equal(done.status, 0, done.stderr);
  const entries = done.stdout.trim().split("\n").map(Number);
  assert.equal(entries.length, all.length);
  assert.ok(Math.max(...entries) >= Object.keys(hostile).length);
});

/** What the schema of RFC 4287 says of the files, one fault a line. */
function misshapen(paths) {
  const done = spawnSync("xmllint", ["--noout", "--relaxng", fileURLToPath(new URL("atom.rng", import.meta.url)), ...paths], {encoding: "utf8", maxBuffer: 64 << 20});
  assert.equal(done.error, undefined);
  return done.stderr.split("\n").filter((line) => line && !line.endsWith(" validates"));
}

test("feeds: the schema of RFC 4287", () => {
  const all = Object.values(sites).flatMap((site) => files(site, ".atom", 10));
  for (let i = 0; i < all.length; i += 200) assert.deepEqual(misshapen(all.slice(i, i + 200)), []);
  // Its rules beside the grammar: somebody says it, and each entry leads somewhere.
  for (const path of all) {
    const [feed, ...entries] = readFileSync(path, "utf8").split("<entry>");
    assert.match(feed, /<author><name>./, path);
    for (const entry of entries) assert.match(entry, /<link rel="alternate" [^>]*href="[^"]+".*<content type="html">/s, path);
  }
});

test("the schema of feeds is one", () => {
  const folder = scratch();
  folders.push(folder);
  const feed = readFileSync(join(sites.strangers, "incidents.atom"), "utf8");
  for (const [found, instead, fault] of [[/<updated>[^<]*/, "<updated>yesterday", /dateTime/], [/<id>.*<\/id>/, "", /element id/],
    [/xml:lang="fr"/, 'xml:lang="français"', /feed/], [/<author>/, "<author><alias/>", /author/]]) {
    const path = join(folder.folder, "x.atom");
    writeFileSync(path, feed.replace(found, instead));
    assert.match(misshapen([path]).join("\n"), fault);
  }
});

test("calendar: ical.js", () => {
  for (const site of Object.values(sites))
    for (const path of files(site, ".ics")) {
      const text = readFileSync(path, "utf8");
      for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line), line);
      const calendar = new ICAL.Component(ICAL.parse(text));
      assert.equal(calendar.name, "vcalendar");
      for (const event of calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component))) {
        assert.ok(event.uid && event.summary && event.startDate.isDate === false, text);
        assert.ok(event.startDate.compare(event.endDate) < 0);
      }
      if (site !== sites.strangers) continue;
      const told = calendar.getAllSubcomponents("vevent").map((event) => event.getFirstPropertyValue("description"));
      assert.equal(told.length, Object.keys(hostile).length);
      for (const word of Object.values(hostile)) assert.ok(told.some((text) => text.includes(`${word} ${word}`)), word);
    }
});

/** Each path of the OpenAPI document with the files that it stands for, and the schema of their content. */
function* promised(site, document) {
  for (const [template, {get}] of Object.entries(document.paths)) {
    const pattern = new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[a-z0-9-]+")}$`);
    const found = files(site, "").filter((path) => pattern.test(`/${relative(site, path)}`));
    yield {template, get, found};
  }
}

test("own data: OpenAPI and what it promises", async () => {
  for (const site of Object.values(sites)) {
    const document = json(join(site, "api/v1/openapi.json"));
    assert.deepEqual(await new Validator().validate(structuredClone(document)), {valid: true});
    const ajv = addFormats(new Ajv({strict: false, allErrors: true}));
    ajv.addSchema(document, "openapi");
    const told = new Set();
    for (const {template, get, found} of promised(site, document)) {
      assert.ok(found.length || /metrics|healthz|chatonsinfos/.test(template), template);
      const [[type]] = Object.entries(get.responses["200"].content);
      const pointer = ["paths", template, "get", "responses", "200", "content", type, "schema"]
        .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
      found.forEach((path) => told.add(path));
      if (type !== "application/json") continue;
      const validate = ajv.compile({$ref: `openapi#/${pointer}`});
      for (const path of found) assert.ok(validate(json(path)), `${path}: ${ajv.errorsText(validate.errors)}`);
    }
    const untold = files(site, ".json").filter((path) => /\/api\/v[12]\//.test(path) && !told.has(path));
    assert.deepEqual(untold.map((path) => relative(site, path)), ["api/v1/openapi.json"]);
  }
});

// The server puts in what no file says: when was measured last.
test("own data as they are served: when was measured last", async () => {
  const ajv = addFormats(new Ajv({strict: false, allErrors: true}));
  ajv.addSchema(json(join(sites.strangers, "api/v1/openapi.json")), "openapi");
  const now = new Date().toISOString();
  writeFileSync(join(sites.strangers, ".stamp"), JSON.stringify({v: 1, structure: 1, written: now, measured: now,
    interval_s: 3600, state: "ok", languages: ["fr", "en"]}));
  const site = await serve(sites.strangers);
  try {
    for (const [path, schema] of [["collective", "Collective"], ["hosters/script", "Hoster"], ["services/script/pad", "Service"]]) {
      const told = await (await fetch(`${site.origin}/api/v1/${path}.json`)).json();
      assert.equal(told.measured, now.replace(/:\d\d\.\d+Z$/, ":00Z"), path);
      assert.ok(ajv.compile({$ref: `openapi#/components/schemas/${schema}`})(told), path);
    }
    assert.equal((await (await fetch(`${site.origin}/api/v1/openapi.json`)).json()).measured, undefined);
  } finally {
    await site.stop();
  }
});

// https://shields.io/badges/endpoint-badge
const endpoint = {
  type: "object",
  required: ["schemaVersion", "label", "message"],
  additionalProperties: false,
  properties: {
    schemaVersion: {const: 1},
    label: {type: "string"},
    message: {type: "string", minLength: 1},
    color: {type: "string"},
    labelColor: {type: "string"},
    isError: {type: "boolean"},
    namedLogo: {type: "string"},
    logoSvg: {type: "string"},
    logoColor: {type: "string"},
    logoSize: {type: "string"},
    style: {type: "string"},
    cacheSeconds: {type: "integer", minimum: 300},
  },
};

test("badges: what shields.io asks for, drawn by its own library", () => {
  const validate = new Ajv().compile(endpoint);
  for (const site of Object.values(sites))
    for (const path of files(site, ".json").filter((name) => name.includes("/badge/"))) {
      const {label, message, color, ...rest} = json(path);
      assert.ok(validate({label, message, color, ...rest}), `${path}: ${JSON.stringify(validate.errors)}`);
      const drawn = makeBadge({label, message, color: `#${color}`});
      assert.ok(drawn.startsWith("<svg") && drawn.includes(`fill="#${color}"`), drawn);
    }
});

test("open data: the data package and each of its tables", async () => {
  for (const site of Object.values(sites)) {
    const parcel = await datapackage.Package.load(join(site, "data/datapackage.json"), {basePath: join(site, "data")});
    assert.ok(parcel.valid, parcel.errors.join());
    assert.equal(parcel.resources.length, files(join(site, "data"), ".csv").length);
    for (const resource of parcel.resources.slice(0, Object.keys(hostile).length)) {
      const rows = await resource.read({keyed: true});
      assert.ok(rows.length > 0 || resource.name.endsWith("usage"), resource.name); // of use nobody there tells
      for (const row of rows)
        for (const value of Object.values(row)) assert.doesNotMatch(String(value), /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/);
    }
  }
});

// It reads as on any site that shows a Statuspage: from elsewhere, by script.
test("Statuspage: its own widget shows us", async () => {
  const widget = readFileSync(find("@statuspage/status-widget/dist/index.js"));
  const site = await serve(sites.invented);
  const host = createServer((request, answer) => {
    const script = request.url === "/widget.js";
    answer.setHeader("Content-Type", script ? "text/javascript" : "text/html");
    answer.end(script ? widget : `<!doctype html><script src="/widget.js"></script>
      <statuspage-widget src="${site.origin}"></statuspage-widget>`);
  });
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${host.address().port}/`);
    const {description, indicator} = json(join(sites.invented, "api/v2/summary.json")).status;
    await page.getByText(description).waitFor();
    assert.equal(await page.locator(`statuspage-widget .${indicator}`).count(), 1);
  } finally {
    await browser.close();
    host.close();
    await site.stop();
  }
});
