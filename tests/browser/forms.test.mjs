// The forms, as the monitor that runs serves them: every state is reached once and looked at as all pages are; then both are
// used by hand.
import assert from "node:assert/strict";
import {spawn, spawnSync} from "node:child_process";
import {once} from "node:events";
import {appendFileSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {createServer as createPlainServer} from "node:net";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {brotliCompressSync} from "node:zlib";
import {expectAccessible, expectContained, expectNoOverflow, expectQuiet, launch, open, widths} from "./look.mjs";
import {configure, freePort, scratch} from "./site.mjs";

const find = createRequire(import.meta.url).resolve;
const {VIBRISSE, SHOTS} = process.env;
const languages = ["fr", "en"];
const good = "file.class = service\nservice.name = Pad\nservice.website = https://pad.example/\n";
const bad = good + Array.from({length: 150}, (_, i) => `<b>${"long-".repeat(30)}${i}</b>&amp; = "quoted"\n`).join("");

let folder, monitor, browser, stranger, relay, origin, files, link;
const held = []; // visits of /slow
const states = {}; // "found fr": {at: path, status, headers, body} as it was served

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

function serveFiles(request, answer) {
  if (request.url === "/slow") held.push(answer);
  else answer.end(request.url === "/good" ? good : bad);
}

/** As much of SMTP as a relay speaks; each mail goes to `taken`. */
function startRelay(taken) {
  return createPlainServer((socket) => {
    let text = "", body = null;
    socket.on("error", () => {});
    socket.write("220 relay\r\n");
    socket.on("data", (bytes) => {
      text += bytes;
      for (let end; (end = text.indexOf("\r\n")) >= 0; text = text.slice(end + 2)) {
        const line = text.slice(0, end);
        if (body !== null && line !== ".") {
          body += `${line}\n`;
          continue;
        }
        if (body !== null) taken(body);
        body = line === "DATA" ? "" : null;
        socket.write(line === "DATA" ? "354 go on\r\n" : line === "QUIT" ? "221 bye\r\n" : "250 well\r\n");
      }
    });
  });
}

/** Of the question: that of the headers can only stop. */
function linkOf(mail) {
  const text = mail.slice(mail.indexOf("\n\n")).replace(/=\n/g, "").replace(/=3D/g, "=");
  return /\/fr\/alerts\/\?token=[\w.~-]+/.exec(text)?.[0];
}

async function waitFor(what, ask) {
  for (const end = Date.now() + 120000; Date.now() < end; await new Promise((go) => setTimeout(go, 100))) {
    const found = await ask();
    if (found) return found;
  }
  assert.fail(`still not: ${what}`);
}

/** What a visitor of the address `from` gets. */
async function ask(path, form, from) {
  const answer = await fetch(origin + path, {
    method: form ? "POST" : "GET", body: form && new URLSearchParams(form),
    headers: {"Accept-Encoding": "identity", ...(from && {"X-Forwarded-For": from})},
  });
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(connection|transfer-|content-length)/.test(name)));
  return {at: path, status: answer.status, headers, body: await answer.text()};
}

function keep(state, language, answer, status) {
  assert.equal(answer?.status, status, `${state}: ${answer?.body}`);
  assert.equal(answer.headers["cache-control"], "no-store");
  states[`${state} ${language}`] = answer;
}

async function reachCheckerStates(language) {
  const path = `/${language}/check/`;
  keep("empty", language, await ask(path), 200);
  keep("refused", language, await ask(path, {url: "ftp://a.example/"}), 400);
  keep("lost", language, await ask(path, {url: "http://9.9.9.9:25/"}), 200);
  keep("found", language, await ask(path, {url: `${files}/bad`}), 200);
  keep("good", language, await ask(path, {url: `${files}/good`}), 200);
}

/** While files that do not come take all places: who asks then is sent away, and who asks often is told when to come again. */
async function reachLimits() {
  const url = `${files}/slow`;
  const waiting = Array.from({length: 7}, (_, i) => ask("/fr/check/", {url}, `192.0.2.${i}`));
  keep("busy", "fr", await Promise.any(waiting), 503);
  const more = languages.map((language, i) => Promise.all(
    Array.from({length: 9}, () => ask(`/${language}/check/`, {url}, `198.51.100.${i}`))));
  for (const [i, answers] of (await Promise.all(more)).entries())
    for (const [state, status] of [["busy", 503], ["often", 429]])
      keep(state, languages[i], answers.find((answer) => answer.status === status), status);
  let ended = false;
  Promise.all(waiting).then(() => (ended = true));
  await waitFor("all who waited are answered", () => {
    held.splice(0).forEach((answer) => answer.end(good));
    return ended;
  });
}

async function reachConsentStates() {
  const [form, token] = link.split("?token="), spoken = (path, language) => path.replace("/fr/", `/${language}/`);
  for (const language of languages) {
    keep("no token", language, await ask(spoken(form, language)), 200);
    keep("void", language, await ask(`${spoken(form, language)}?token=${"x".repeat(40)}`), 404);
    keep("asked", language, await ask(spoken(link, language)), 200);
  }
  for (const language of languages)
    for (const word of ["confirm", "stop"]) keep(word, language, await ask(spoken(form, language), {token, word}), 200);
}

/** Its server outlives it. */
async function endMonitor() {
  const ended = once(monitor, "exit");
  monitor.kill("SIGKILL");
  await ended;
  monitor = null;
  for (const language of languages) {
    keep("no answer", language, await ask(`/${language}/check/`, {url: `${files}/good`}), 503);
    keep("no answer to a token", language, await ask(link.replace("/fr/", `/${language}/`)), 503);
  }
}

function startMonitor(port, relayPort) {
  configure(folder.folder, {name: "Collectif Essai", address: "https://etat.example/"}, [{id: "perche", yaml: [
    "hoster: perche", "name: Le Chat Perché", "contact: tech@perche.example", "services:", "  - id: pad", "    name: Pad",
    `    checks: ["${files}/good"]`].join("\n") + "\n"}]);
  appendFileSync(join(folder.folder, "vibrisse.yaml"), [`listen: 127.0.0.1:${port}`, "alerts:", "  contacts: yes",
    "  allow: [127.0.0.0/8]",
    `  mail: {from: v@essai.example, server: "smtp://127.0.0.1:${relayPort}", security: none}`].join("\n") + "\n");
  monitor = spawn(VIBRISSE, ["run", "-c", join(folder.folder, "vibrisse.yaml")], {stdio: "ignore"});
  origin = `http://127.0.0.1:${port}`;
}

before(async () => {
  folder = scratch();
  stranger = createServer(serveFiles);
  files = `http://127.0.0.1:${await listening(stranger)}`;
  relay = startRelay((mail) => (link ??= linkOf(mail)));
  startMonitor(await freePort(), await listening(relay));
  browser = await launch();
  await waitFor("the form is served", () => fetch(`${origin}/fr/check/`).then((answer) => answer.text(), () => "")
    .then((text) => text.includes("<form")));
  await waitFor("the address was asked", () => link);
});

after(async () => {
  await browser?.close();
  monitor?.kill("SIGTERM");
  if (monitor?.exitCode === null) await once(monitor, "exit");
  stranger?.closeAllConnections();
  stranger?.close();
  relay?.close();
  try {
    process.kill(parseInt(readFileSync(join(folder.folder, "data", "server.pid"), "utf8")), "SIGTERM");
  } catch { /* it ended with its monitor */ }
  folder?.remove();
});

test("every answer of a monitor that runs", async () => {
  for (const language of languages) await reachCheckerStates(language);
  await reachConsentStates();
});

test("by the keyboard alone, without script: a file is checked", async () => {
  const context = await browser.newContext({javaScriptEnabled: false, locale: "fr"});
  context.setDefaultTimeout(120000);
  const page = await context.newPage(), focused = page.locator(":focus");
  const expectOutlined = async () => assert.deepEqual(await focused.evaluate((element) =>
    [getComputedStyle(element).outlineStyle, parseFloat(getComputedStyle(element).outlineWidth) >= 2]), ["solid", true]);
  await page.goto(`${origin}/fr/check/`);
  for (let stops = 0, reached = null; reached !== "url"; stops++) {
    assert.ok(stops < 30, "the field is not reached");
    await page.keyboard.press("Tab");
    reached = await focused.getAttribute("id");
  }
  await expectOutlined();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(`${files}/bad`);
  await page.keyboard.press("Tab");
  assert.equal(await focused.innerText(), "Vérifier ce fichier");
  await expectOutlined();
  await page.keyboard.press("Enter");
  await page.locator("#found-h").waitFor();
  assert.equal(await page.locator(".found > li").count(), 100);
  assert.equal(await page.inputValue("#url"), `${files}/bad`);
  await context.close();
});

test("by the keyboard: an address says yes, then no", async () => {
  const visit = await open(browser, origin, link);
  for (const [word, state] of [["confirm", "stop"], ["stop", "confirm"]]) {
    await visit.page.locator(`.choice button[value=${word}]`).focus();
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForURL(/alerts\/$/); // the token does not stay in the address
    await visit.page.locator(`.choice button[value=${state}]`).waitFor();
    assert.match(await visit.page.locator(".form .lead").innerText(), /^C’est fait/);
    assert.equal(await visit.page.locator(`.choice button[value=${word}]`).count(), 0);
  }
  await visit.page.locator(".form a[lang=en]").click(); // it takes the token along
  assert.match(await visit.page.locator(".form .lead").innerText(), /^Nothing is sent to/);
  await expectQuiet(visit, "alerts/");
  await visit.close();
});

test("too many, too often, no monitor", async () => {
  await reachLimits();
  await endMonitor();
});

async function look(name, language, answer) {
  const visit = await open(browser, origin, answer.at, {answer, language});
  for (const width of widths) {
    await visit.page.setViewportSize({width, height: 900});
    for (const [way, media] of Object.entries({light: {colorScheme: "light"}, dark: {colorScheme: "dark"},
      forced: {forcedColors: "active"}, print: {forcedColors: "none", media: "print"}})) {
      await visit.page.emulateMedia({media: "screen", ...media});
      await expectNoOverflow(visit.page, `${name} ${width} ${way}`);
      await expectContained(visit.page, `${name} ${width} ${way}`);
      if (way === "light") await expectAccessible(visit.page, `${name} ${width}`);
      // The second scheme changes nothing but colours, whatever the width.
      if (way === "dark" && width === widths[0]) await expectAccessible(visit.page, `${name} dark`, ["color-contrast"]);
      if (SHOTS) await visit.page.screenshot({path: join(SHOTS, `${name}.${width}.${way}.png`), fullPage: true});
    }
    assert.equal(await visit.page.locator("form:visible").count(), 0, `${name}: a form on paper`);
  }
  assert.equal(await visit.page.getAttribute("html", "lang"), language);
  await expectQuiet(visit, name);
  await visit.close();
}

for (const language of languages)
  test(`every state, ${language}: both widths, light, dark, forced colours, print; axe`, async () => {
    const mine = Object.entries(states).filter(([name]) => name.endsWith(` ${language}`));
    assert.equal(mine.length, 14, Object.keys(states).join());
    for (const [name, answer] of mine) await look(name, language, answer);
  });

test("what is refused says so to those who cannot see it; what was found is small", async () => {
  for (const language of languages) {
    const visit = await open(browser, origin, `/${language}/check/`, {answer: states[`refused ${language}`], language});
    const field = visit.page.locator("#url");
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.ok(await visit.page.locator(`#${await field.getAttribute("aria-describedby")}`).innerText());
    assert.equal(await field.inputValue(), "ftp://a.example/");
    await visit.close();
    const {body} = states[`found ${language}`];
    assert.ok(brotliCompressSync(body).length <= 16 * 1024);
    assert.ok(body.match(/<[a-z]/g).length <= 3000);
  }
});

test("every state: Nu HTML checker", () => {
  const place = join(folder.folder, "served");
  mkdirSync(place);
  const paths = Object.entries(states).map(([name, {body}]) => {
    const path = join(place, `${name.replaceAll(" ", "-")}.html`);
    writeFileSync(path, body);
    return path;
  });
  assert.equal(paths.length, 28);
  const done = spawnSync("java", ["-Xmx512m", "-jar", find("vnu-jar/build/dist/vnu.jar"), "--stdout", "--format", "json",
    "--filterpattern", ".*violates Content Security Policy.*", ...paths], {encoding: "utf8", maxBuffer: 64 << 20});
  assert.equal(done.error, undefined);
  assert.deepEqual(JSON.parse(done.stdout).messages.map(({url, message, extract}) => `${url}: ${message} ${extract}`), []);
});
