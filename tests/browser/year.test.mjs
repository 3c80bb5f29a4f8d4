// Pages of a record made by replay: what it tells stands there, in words, in drawings and in tables.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {expectAccessible, expectContained, expectNoOverflow, expectQuiet, launch, open, schemes, widths} from "./look.mjs";
import {recorded, scratch, serve} from "./site.mjs";

const DAYS = 50;
const folder = scratch();
let site, browser;

before(async () => {
  site = await serve(await recorded(folder.folder, DAYS));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  folder.remove();
});

/** A visit of the path at both widths and in both schemes; `check` looks at the page. */
async function look(path, check) {
  for (const width of widths) {
    const visit = await open(browser, site.origin, path, {width});
    for (const colorScheme of schemes) {
      await visit.page.emulateMedia({colorScheme});
      await visit.page.$$eval("details", (all) => all.forEach((element) => (element.open = true)));
      await expectNoOverflow(visit.page, `${path} ${width}`);
      await expectContained(visit.page, `${path} ${width}`);
      await expectAccessible(visit.page, `${path} ${width} ${colorScheme}`, colorScheme === "light" ? undefined : ["color-contrast"]);
    }
    await check(visit.page);
    await expectQuiet(visit, path);
    await visit.close();
  }
}

const text = async (page, selector) => (await page.locator(selector).allInnerTexts()).join("\n").replace(/[\u00a0\u202f]/g, " ");

test("collective: every state at once, each with who, since when, and what those concerned say", () => look("/fr/", async (page) => {
  const now = await text(page, "#now");
  for (const state of ["Indisponible depuis", "Perturbé depuis", "En maintenance depuis", "Non mesuré depuis"])
    assert.ok(now.includes(state), `${state}: ${now}`);
  assert.match(now, /« Notre fournisseur a une panne de fibre, un technicien est en route. » — Nid d’Octets/);
  assert.match(now, /Annoncée jusqu’à .*Ce temps est compté à part/);
  assert.equal(await page.locator(".rows > li").count(), 12);
  assert.doesNotMatch(await text(page, "h1"), /Rien|arrêtées/);
}));

test("service: figures with their bounds, a curve that breaks, its certificate and what is said", () => look("/fr/h/octet-felin/git/", async (page) => {
  const facts = await text(page, ".facts");
  for (const fact of [/Bornes\s+disponible entre \d/, /Hors maintenance\s+disponible/, /Rétablissement\s+après .* \(MTTR\)/,
    /Pire jour\s+.* d’indisponibilité/, /Temps de réponse\s+la moitié des réponses en moins de/])
    assert.match(facts, fact);
  assert.match(await text(page, ".inc"), /conteste cette interruption : « Nos journaux montrent/);
  assert.match(await text(page, "section.two"), /Certificat[^]*Let's Encrypt[^]*Historique du certificat/);
  const chart = page.locator("svg.chart[role=img]");
  assert.match(await chart.locator(">title").textContent(), /Temps de réponse/);
  assert.match(await chart.locator(">desc").textContent(), /médiane quotidienne/);
  // The nineteen hours without a monitor part the curve.
  assert.ok((await chart.locator("path.med").getAttribute("d")).split("M").length > 2);
  assert.ok(await chart.locator("path.hole").count());
  assert.ok(await page.locator("figure + details table tbody tr").count() > 40);
}));

test("hoster: identity, twelve months, services, feed and badge", () => look("/en/h/chat-perche/", async (page) => {
  assert.match(await text(page, ".card"), /chat-perche\.example[^]*Drôme[^]*non-profit/);
  assert.match(await text(page, ".figs"), /interruptions/);
  assert.equal(await page.locator(".rows .strip[role=img][aria-label]").count(), 4);
  assert.match(await text(page, "pre"), /<a href="https:\/\/etat\.chats\.example\/en\/h\/chat-perche\/"><img/);
  assert.match(await text(page, ".inc"), /“The disk of the pads was full: .*” — Le Chat Perché/);
  // What failed at once is one entry, in which each service leads to its own incident.
  const together = page.locator(".inc", {hasText: "All services unavailable"}).first();
  const led = await together.locator("a").evaluateAll((all) => all.map((element) => element.pathname));
  assert.deepEqual(led.map((path) => /^\/en\/incidents\/chat-perche\/(\w+)\/\w+\/$/.exec(path)?.[1]).sort(), ["chat", "mail", "nuage", "pad"]);
  assert.match(await text(page, ".inc"), /Past maintenance, all services/);
}));

for (const [path, said] of Object.entries({
  "zone-calme/images": /Indisponible/, "abricot-numerique/nuage": /refuse nos mesures, ce qui ne dit rien de son état/,
  "cafe-des-octets/nuage": /par IPv6 .*par IPv4 il répond/, "kiosque-libre/video": /certificat expire bientôt/,
  "sobre-et-libre/mail": /En maintenance/,
})) test(`service: ${path}`, () => look(`/fr/h/${path}/`, async (page) => assert.match(await text(page, ".title"), said)));
