// Lighthouse, with its preset for phones. By itself it tells the scores of the main kinds of page, the median of three:
//   BUILD=build/asan VIBRISSE=build/release/vibrisse node tests/browser/lighthouse.mjs
// Performance is judged so, on an idle machine, and not in the suite: it depends on what else runs.
import {fileURLToPath} from "node:url";
import lighthouse from "lighthouse";
import {launch} from "./look.mjs";
import {freePort, invented, serve} from "./site.mjs";

export const paths = ["/fr/", "/fr/h/h-03/", "/fr/h/h-02/pad/"];

/** What visit({path, judge}) does with each page of a served site; judge(categories) gives Lighthouse's result. */
export async function eachPage(visit) {
  const place = invented();
  const site = await serve(place.folder), port = await freePort();
  const browser = await launch([`--remote-debugging-port=${port}`]);
  try {
    for (const path of paths)
      await visit({path, async judge(categories, more = {}) {
        // Plain HTTP on loopback is ours for the test; whoever publishes puts a proxy with TLS in front.
        const {lhr} = await lighthouse(site.origin + path,
          {port, logLevel: "error", onlyCategories: categories, skipAudits: ["is-on-https", "redirects-http"], ...more});
        return lhr;
      }});
  } finally {
    await browser.close();
    await site.stop();
    place.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = ["performance", "accessibility", "best-practices"];
  await eachPage(async ({path, judge}) => {
    const runs = [await judge(names), await judge(names), await judge(names)];
    const median = (name) => runs.map((run) => run.categories[name].score).sort()[1];
    console.log(path, names.map((name) => `${name} ${median(name)}`).join(", "));
    if (median("performance") < 0.99) process.exitCode = 1;
  });
}
