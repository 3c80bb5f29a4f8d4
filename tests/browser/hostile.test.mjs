// Names and answers of strangers, and collectives of few, through the whole house: configuration, prober, keeper, server.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {once} from "node:events";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {createServer} from "node:tls";
import {after, before, test} from "node:test";
import {expectAccessible, expectContained, expectNoOverflow, expectQuiet, launch, open, widths} from "./look.mjs";
import {configured, scratch, serve} from "./site.mjs";

const script = "<script>document.title='ran'</script>";
const image = "\"'><img src=x onerror=\"document.title='ran'\">";
// What no configuration lets in, but a server may say.
const turned = "\u202Egnp.\u2066exe\u200B";
const endless = "w".repeat(100);

let browser, stranger, port;
const folders = [], sites = [];

// Its certificate is by itself, for names that were chosen with no good in mind; its answer is an error.
async function startStranger() {
  const place = scratch();
  folders.push(place);
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(place.folder, name));
  execFileSync("openssl", ["req", "-x509", "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    "-subj", `/O=${image}/CN=${`${script}${turned}`.replaceAll("/", "\\/")}`, "-keyout", key, "-out", certificate],
  {stdio: ["ignore", "ignore", "pipe"]});
  stranger = createServer({key: readFileSync(key), cert: readFileSync(certificate)}, (socket) => {
    socket.on("error", () => {});
    socket.end(`HTTP/1.1 503 ${script}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  stranger.on("tlsClientError", () => {});
  stranger.listen(0, "127.0.0.1");
  await once(stranger, "listening");
  port = stranger.address().port;
}

before(async () => {
  await startStranger();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  stranger?.close();
  await Promise.all(sites.map((site) => site.stop()));
  folders.forEach((folder) => folder.remove());
});

function hoster(id, name, {place = "Drôme", services = ["Pads"]} = {}) {
  const quoted = JSON.stringify;
  const yaml = [`hoster: ${id}`, `name: ${quoted(name)}`, `place: ${quoted(place)}`, "services:"];
  services.forEach((service, i) => yaml.push(`  - id: s${i}`, `    name: ${quoted(service)}`,
    `    software: ${quoted(service)}`, `    url: "https://${"long-".repeat(9)}name.${id}.example/"`,
    `    checks: ["https://127.0.0.1:${port}/"]`));
  return {id, yaml: yaml.join("\n") + "\n"};
}

async function published(collective, hosters) {
  const folder = scratch();
  folders.push(folder);
  sites.push(await serve(await configured(folder.folder, collective, hosters)));
  return sites.at(-1);
}

async function expectGood(origin, path, check = () => {}) {
  for (const width of widths) {
    const visit = await open(browser, origin, path, {width});
    await expectNoOverflow(visit.page, `${path} ${width}`);
    await expectContained(visit.page, `${path} ${width}`);
    await expectAccessible(visit.page, `${path} ${width}`);
    await check(visit.page);
    await expectQuiet(visit, path);
    await visit.close();
  }
}

test("hostile names are text", async () => {
  const site = await published(script, [
    hoster("first", script, {place: image, services: [script, image]}),
    hoster("second", image, {place: script, services: [endless]}),
    hoster("third", "رفّ", {place: endless, services: ["مرحبا"]}),
    hoster("fourth", endless)]);
  for (const path of ["/fr/", "/en/h/first/", "/fr/h/first/s0/", "/fr/h/first/s1/", "/en/h/second/", "/fr/h/second/s0/",
    "/fr/h/third/s0/", "/fr/h/fourth/"])
    await expectGood(site.origin, path, async (page) => {
      assert.notEqual(await page.title(), "ran");
      assert.equal(await page.locator('script, iframe, img:not([src*="badge/"])').count(), 0);
      assert.doesNotMatch(await page.content(), /[\u202A-\u202E\u2066-\u2069\u200B]/);
      if (/s0/.test(page.url())) assert.ok((await page.locator(".kv").allInnerTexts()).join().includes(script));
      assert.ok((await page.locator(".brand").innerText()).includes(script));
    });
});

for (const count of [1, 2, 5])
  test(`a collective of ${count}`, async () => {
    const hosters = Array.from({length: count}, (_, i) => hoster(`h${i}`, `Hébergeur ${i}`));
    const site = await published("Les Moustaches", hosters);
    await expectGood(site.origin, "/fr/", async (page) => {
      assert.equal(await page.locator(".rows > li").count(), count);
      assert.equal(await page.locator(".fan .x.down").count(), count < 4 ? 0 : count);
    });
  });
