// Every kind of page, in both languages, at both widths, in both colour schemes.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {expectAccessible, expectContained, expectNoOverflow, expectQuiet, launch, open, schemes, widths} from "./look.mjs";
import {invented, serve} from "./site.mjs";

// Path below the language, and the title in each.
const kinds = {
  collective: {path: "", fr: /^Collectif Exemple\s: l’état des services/, en: /^Collectif Exemple: the state/},
  hoster: {path: "h/h-04/", fr: /\s: état des services$/, en: /: state of its services$/},
  "hoster in trouble": {path: "h/h-03/", fr: /^Le Chat .*\s: état/, en: /^Le Chat .*: state/},
  up: {path: "h/h-01/pad/", state: "up", fr: /^Pads, .*\s: disponibilité$/, en: /^Pads, .*: availability$/},
  degraded: {path: "h/h-07/sondage/", state: "deg", fr: /^Sondages, .*\s: disponibilité$/, en: /^Sondages, /},
  down: {path: "h/h-02/pad/", state: "down", fr: /^Pads, .*\s: disponibilité$/, en: /^Pads, /},
  unknown: {path: "h/h-22/visio/", state: "unk", fr: /^Visioconférence, /, en: /^Visioconférence, /},
  "several certificates": {path: "h/h-02/courriel/", fr: /^Courriel, /, en: /^Courriel, /},
  journal: {path: "incidents/", fr: /^Collectif Exemple\s: incidents$/, en: /^Collectif Exemple: incidents$/},
  month: {path: "incidents/2025-10/", fr: /^Incidents, octobre\s2025$/, en: /^Incidents, October\s2025$/},
  "month in parts": {path: "incidents/2026-08/2/", fr: /^Incidents, août\s2026$/, en: /^Incidents, August\s2026$/},
  incident: {path: "incidents/h-00/pad/20260808T143700Z/", state: "up", fr: /^Pads, .*\s: indisponible le 8\saoût\s2026$/, en: /^Pads, .*: unavailable on 8\sAugust\s2026$/},
  "incident under way": {path: "incidents/h-02/pad/20261122T080400Z/", state: "down", fr: /indisponible le 22\snovembre\s2026$/, en: /unavailable on 22\sNovember\s2026$/},
  method: {path: "method/", fr: /^Comment nous mesurons et comptons$/, en: /^How we measure and count$/},
  data: {path: "data/", fr: /^Données ouvertes$/, en: /^Open data$/},
  about: {path: "about/", fr: /^À propos de ce moniteur$/, en: /^About this monitor$/},
  "by service": {path: "kind/", fr: /^Collectif Exemple\s: par service$/, en: /^Collectif Exemple: by service$/},
  kind: {path: "kind/pads/", fr: /^Pads\s: qui le propose/, en: /^Pads: who offers it/},
  register: {path: "register/", fr: /^Les registres et leurs fichiers$/, en: /^Registers and their files$/},
  "checker, without its monitor": {path: "check/", fr: /^Vérifier un fichier ChatonsInfos$/, en: /^Check a file of ChatonsInfos$/},
  "consent, without its monitor": {path: "alerts/", fr: /^Alertes à une adresse$/, en: /^Alerts to an address$/},
};

const links = new Set();
let folder, site, browser;

before(async () => {
  folder = invented();
  site = await serve(folder.folder);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  folder?.remove();
});

async function gatherLinks(page) {
  const found = await page.$$eval("a[href], link[href]", (all) => all.map((element) => element.href));
  found.filter((href) => href.startsWith(site.origin)).forEach((href) => links.add(href.replace(/#.*/, "")));
}

async function look(path, {width, language, status, check}) {
  const visit = await open(browser, site.origin, path, {width, language, status});
  for (const scheme of schemes) {
    const name = `${path} ${width} ${scheme}`;
    await visit.page.emulateMedia({colorScheme: scheme});
    await expectNoOverflow(visit.page, name);
    await expectContained(visit.page, name);
    // The second scheme changes nothing but colours.
    await expectAccessible(visit.page, name, scheme === "light" ? undefined : ["color-contrast"]);
  }
  await check(visit.page);
  if (!status) await gatherLinks(visit.page);
  await expectQuiet(visit, path);
  await visit.close();
}

for (const [kind, {path, state, ...titles}] of Object.entries(kinds))
  for (const [language, title] of Object.entries(titles))
    test(`${kind}, ${language}`, () => Promise.all(widths.map((width) => look(`/${language}/${path}`, {
      width, language,
      async check(page) {
        assert.match(await page.title(), title);
        assert.equal(await page.getAttribute("html", "lang"), language);
        assert.equal(await page.locator("h1").count(), 1);
        if (state) assert.equal(await page.locator(`.title .st.${state}`).count(), 1);
        await page.$$eval("details", (all) => all.forEach((element) => (element.open = true)));
        await expectNoOverflow(page, `${path}, unfolded`);
      },
    }))));

test("entrance", () => Promise.all(widths.map((width) => look("/index.html", {
  width, language: "fr",
  async check(page) {
    assert.equal(await page.title(), "Collectif Exemple");
    assert.equal(await page.getAttribute("html", "lang"), "fr");
    assert.deepEqual(await page.$$eval("main a", (all) => all.map((element) => element.lang)), ["fr", "en"]);
  },
}))));

test("missing", () => Promise.all(widths.map((width) => look("/fr/h/nobody/", {
  width, language: "fr", status: 404,
  async check(page) {
    assert.equal(await page.locator("h1").innerText(), "Cette page n’existe pas");
  },
}))));

test("the address alone leads to the reader's language", async () => {
  for (const language of ["fr", "en"]) {
    const {page, close} = await open(browser, site.origin, "/", {language});
    assert.equal(page.url(), `${site.origin}/${language}/`);
    await close();
  }
});

const samples = ["/fr/", "/fr/h/h-03/", "/en/h/h-02/pad/"];
const incidents = ["/fr/incidents/", "/fr/incidents/h-00/pad/20260808T143700Z/"];

test("forced colours: drawings keep their colours, and a shape stands beside each", async () => {
  for (const path of [...samples, ...incidents]) {
    const visit = await open(browser, site.origin, path, {width: 720});
    await visit.page.emulateMedia({forcedColors: "active"});
    await expectNoOverflow(visit.page, `${path}, forced colours`);
    const lost = await visit.page.$$eval(".g, .strip path, .strip text, .fan path, .chart path, .phases rect, .swatch rect",
      (all) => all.filter((element) => getComputedStyle(element).forcedColorAdjust !== "none").map((element) => element.outerHTML));
    assert.deepEqual(lost, [], path);
    const shapeless = await visit.page.$$eval(".strip", (all) => all
      .filter((strip) => {
        // Where marks would touch, the worst of the days has one.
        const worst = [["d", "down"], ["p", "deg"], ["m", "maint"]].find(([line]) => strip.querySelector(`path.${line}`));
        return worst && !strip.querySelector(`text.${worst[1]}`);
      })
      .map((strip) => strip.outerHTML));
    assert.deepEqual(shapeless, [], path);
    assert.ok(await visit.page.$$eval(".st", (all) => all.every((state) => state.querySelector(".g") && state.innerText.trim())));
    await expectQuiet(visit, path);
    await visit.close();
  }
});

test("print: dark ink whatever the screen has, tables unfolded, nothing that only a screen can use", async () => {
  for (const path of [...samples, ...incidents]) {
    const visit = await open(browser, site.origin, path, {width: 720});
    await visit.page.emulateMedia({media: "print", colorScheme: "dark"});
    await expectNoOverflow(visit.page, `${path}, print`);
    const [ink] = await visit.page.$eval("h1", (element) => getComputedStyle(element).color.match(/\d+/g).map(Number));
    assert.ok(ink < 64, `${path}: ink ${ink}`);
    for (const gone of ["header nav", ".skip", ".noprint"])
      assert.deepEqual(await visit.page.$$eval(gone, (all) => all.filter((element) => element.checkVisibility()).length), 0, gone);
    const folded = await visit.page.$$eval("details table, details dl", (all) =>
      all.filter((element) => !element.getClientRects().length || !element.checkVisibility({contentVisibilityAuto: true})).length);
    assert.equal(folded, 0, `${path}: folded tables`);
    await expectQuiet(visit, path);
    await visit.close();
  }
});

test("keyboard: the first stop is the way past the header", async () => {
  const {page, close} = await open(browser, site.origin, "/fr/h/h-03/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.waitForFunction(() => document.activeElement.getBoundingClientRect().top >= 0);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#main");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  await close();
});

/** What the keyboard reaches next: its place among all that can be reached, and whether it is seen. */
function nextStop(page) {
  return page.evaluate(() => {
    const stops = [...document.querySelectorAll("a[href], summary, [tabindex]")]
      .filter((element) => element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
    const element = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(element);
    const {top, bottom, width} = element.getBoundingClientRect();
    return {place: stops.indexOf(element), count: stops.length, name: element.outerHTML.slice(0, 120),
      outlined: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2, seen: width > 0 && bottom > 0 && top < innerHeight};
  });
}

test("keyboard: every link and every fold is reached in order and is seen; no drawing is a stop", async () => {
  for (const path of samples.slice(1)) {
    const {page, close} = await open(browser, site.origin, path);
    await page.emulateMedia({reducedMotion: "reduce"}); // no scrolling that takes its time
    assert.equal(await page.locator("[tabindex]:not([tabindex='0']), svg a, svg [tabindex]").count(), 0);
    for (let place = 0, count = 1; place < count; place++) {
      await page.keyboard.press("Tab");
      if (place === 0) await page.waitForFunction(() => document.activeElement.getBoundingClientRect().top >= 0);
      const stop = await nextStop(page);
      assert.equal(stop.place, place, `${path}: ${stop.name}`);
      assert.ok(stop.outlined && stop.seen, `${path}: the focus is not seen on ${stop.name}`);
      count = stop.count;
    }
    await close();
  }
});

test("keyboard: folds open and close, and their tables scroll", async () => {
  const {page, close} = await open(browser, site.origin, "/en/h/h-02/pad/");
  for (const fold of await page.locator("details").all()) {
    await fold.locator("summary").focus();
    await page.keyboard.press("Enter");
    assert.ok(await fold.evaluate((element) => element.open));
    if (await fold.locator(".scroll").count()) {
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.className), "scroll");
      await fold.locator("summary").focus();
    }
    await page.keyboard.press("Space");
    assert.ok(await fold.evaluate((element) => !element.open));
  }
  await close();
});

test("without JavaScript nothing is missing", async () => {
  for (const path of samples) {
    const texts = [];
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({javaScriptEnabled, viewport: {width: 1280, height: 900}});
      const page = await context.newPage();
      await page.goto(site.origin + path);
      assert.equal(await page.locator("script, noscript, [onclick], [onload]").count(), 0, path);
      if (await page.locator("summary").count()) {
        await page.locator("summary").first().focus();
        await page.keyboard.press("Enter");
        assert.equal(await page.locator("details[open]").count(), 1, path);
      }
      texts.push(await page.locator("body").innerText());
      await context.close();
    }
    assert.equal(texts[1], texts[0], path);
  }
});

test("every link within the site answers", async () => {
  assert.ok(links.size > 300, `${links.size} links`);
  for (const link of links) {
    const answer = await fetch(link);
    await answer.arrayBuffer();
    assert.equal(answer.status, 200, link);
  }
});
