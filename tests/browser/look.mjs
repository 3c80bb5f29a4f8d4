// One Chromium, and what every page must keep to.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {chromium} from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const widths = [1280, 390];
export const schemes = ["light", "dark"];

/** Playwright gives it a user-data-dir of its own. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    timeout: 180000, // on a busy machine
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-quic", ...more],
  });
}

/** Whatever goes wrong on `page` while it is used, as sentences; `status` is that of the page itself. */
function watch(page, origin, status) {
  const faults = [];
  page.on("console", (message) => {
    // Chromium reports the status of the page itself, too.
    const expected = status !== 200 && message.text().includes(status) && message.location().url === page.url();
    if (["error", "warning"].includes(message.type()) && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("dialog", (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`elsewhere: ${request.url()}`);
  });
  page.on("response", (answer) => {
    const wanted = answer.url() === page.url() ? status : 200;
    if (answer.request().resourceType() !== "document" && answer.status() !== wanted)
      faults.push(`${answer.status()}: ${answer.url()}`);
  });
  return faults;
}

/** A page of its own context at `width`: {page, faults, close}. `answer`: {status, headers, body} that was served before, to
 * be looked at again. */
export async function open(browser, origin, path, {width = 1280, answer, status = answer?.status ?? 200, language = "fr"} = {}) {
  const context = await browser.newContext({viewport: {width, height: 900}, locale: language});
  context.setDefaultTimeout(120000); // on a busy machine
  const page = await context.newPage();
  const faults = watch(page, origin, status);
  if (answer) await page.route(origin + path, (route) => route.fulfill(answer));
  await page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`);
    });
  });
  assert.equal((await page.goto(origin + path)).status(), status, path);
  return {page, faults, close: () => context.close()};
}

/** Nothing wider than the window, and the elements at fault otherwise. */
export async function expectNoOverflow(page, name) {
  const wide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 120))
      .concat(`${root.scrollWidth} > ${root.clientWidth}`);
  });
  assert.deepEqual(wide, [], `${name}: wider than the window`);
}

/** Text that sticks out of the block that holds it, though the window has room. */
export async function expectContained(page, name) {
  const out = await page.evaluate(() => [...document.querySelectorAll("dd, dt, td, th, li, p, h1, h2, h3")]
    .filter((element) => !element.closest(".vh, .skip, .scroll, svg, details:not([open])"))
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
    .map((element) => element.outerHTML.slice(0, 160)));
  assert.deepEqual(out, [], `${name}: sticks out`);
}

/** The rules of WCAG 2.2 AA that a program can judge; `only`: some of them, by name. */
export async function expectAccessible(page, name, only) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const found = await page.evaluate(async (runOnly) => {
    const results = await globalThis.axe.run({runOnly, preload: false, resultTypes: ["violations"]});
    return results.violations.map(({id, nodes}) =>
      `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 200)} ${nodes[0].any.map((any) => any.message)}`);
  }, only ?? levels);
  assert.deepEqual(found, [], name);
}

/** What must hold at the end of a visit. */
export async function expectQuiet({page, faults}, name) {
  assert.deepEqual(await page.evaluate(() => globalThis.violations), [], `${name}: content security policy`);
  assert.deepEqual(faults, [], name);
}
