// Sites to look at, each served by `vibrisse serve` on a free port of loopback.
import {execFile, execFileSync, spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";
import {promisify} from "node:util";

const {VIBRISSE, BUILD, SOURCE} = process.env;

/** Where a record is made quickly: what is under test is no disk. */
export function quick() {
  const room = existsSync("/dev/shm") ? statfsSync("/dev/shm") : {bavail: 0, bsize: 0};
  return room.bavail * room.bsize > 256 << 20 ? "/dev/shm" : tmpdir();
}

/** A folder of its own, away at the end. */
export function scratch(under = tmpdir()) {
  const folder = mkdtempSync(join(under, "vibrisse-browser-"));
  return {folder, remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** Ninety hosters over a year, as tests/unit/web/test_year.c invents them; nobody writes there. `run` has it ready for all. */
export function invented() {
  if (process.env.SAMPLE) return {folder: process.env.SAMPLE, remove() {}};
  const place = scratch();
  execFileSync(join(BUILD, "tests", "test_year"), {env: {...process.env, SAMPLE: place.folder}, stdio: "ignore"});
  return place;
}

/** `days` of a collective's life, recorded by replay and rendered: see tests/year/README.md. Every hour, to be quick. */
export async function recorded(folder, days) {
  const run = promisify(execFile);
  await run(join(SOURCE, "tests", "year", "make"), [folder, "--days", days, "--interval", "60"], {timeout: 400000});
  const at = readFileSync(join(folder, "at"), "utf8").trim();
  await run(VIBRISSE, ["render", "-c", join(folder, "vibrisse.yaml"), "--at", at], {timeout: 100000});
  return join(folder, "site");
}

/** The configuration of a collective of hosters [{id, yaml}] in `folder`. */
export function configure(folder, {name, address, contact, interval = "1m"}, hosters) {
  const quoted = JSON.stringify;
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), text);
  };
  write("vibrisse.yaml", ["collective:", `  name: ${quoted(name)}`, ...(address ? [`  address: ${address}`] : []),
    ...(contact ? [`  contact: ${quoted(contact)}`] : []), "  languages: [fr, en]", "  timezone: Europe/Paris",
    `data: ${folder}/data`, `site: ${folder}/site`, "network: {allow: [127.0.0.0/8]}",
    `defaults: {interval: ${interval}, timeout: 5s}`, "include: [hosters.d/*.yaml]"].join("\n") + "\n");
  hosters.forEach(({id, yaml}) => write(`hosters.d/${id}.yaml`, yaml));
  mkdirSync(join(folder, "data"));
}

/** The pages of such a collective, every check of which was tried once: `vibrisse run --once`. */
export async function configured(folder, collective, hosters) {
  configure(folder, {name: collective}, hosters);
  await promisify(execFile)(VIBRISSE, ["run", "--once", "-c", join(folder, "vibrisse.yaml")], {timeout: 120000});
  return join(folder, "site");
}

/** Of this process until it ends, whoever else looks for one: see tests/lib/ports.py. */
export async function freePort() {
  const keeper = spawn("python3", ["-c", "import ports, sys; print(ports.free_port(), flush=True); sys.stdin.read()"],
    {stdio: ["pipe", "pipe", "inherit"], env: {...process.env, PYTHONPATH: fileURLToPath(new URL("../lib", import.meta.url))}});
  for await (const line of createInterface({input: keeper.stdout})) {
    for (const one of [keeper, keeper.stdin, keeper.stdout]) one.unref();
    return Number(line);
  }
  throw new Error("no port is free");
}

/** {origin, stop} of a server of the folder. It ends with stop(), or with this process. */
export async function serve(folder) {
  const child = spawn(VIBRISSE, ["serve", "--site", folder, "--listen", "127.0.0.1:0"],
    {stdio: ["ignore", "ignore", "pipe"]});
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const kill = () => child.kill("SIGTERM");
  process.once("exit", kill);
  for await (const line of createInterface({input: child.stderr})) {
    const found = /^listening on (http:\/\/[^/]+)\/$/.exec(line);
    if (!found) throw new Error(line);
    child.stderr.resume();
    return {origin: found[1], stop: () => (kill(), ended)};
  }
  throw new Error("vibrisse serve ended before it listened");
}
