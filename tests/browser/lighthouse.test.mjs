// What Lighthouse says besides speed, see lighthouse.mjs.
import assert from "node:assert/strict";
import {test} from "node:test";
import {eachPage} from "./lighthouse.mjs";

test("accessibility and best practices: Lighthouse", () => eachPage(async ({path, judge}) => {
  const {categories, audits} = await judge(["accessibility", "best-practices"], {throttlingMethod: "provided"});
  for (const {id, score, auditRefs} of Object.values(categories)) {
    const lost = auditRefs.filter(({weight, id}) => weight && audits[id].score !== null && audits[id].score < 1);
    assert.deepEqual(lost.map(({id}) => id), [], `${path} ${id}`);
    assert.equal(score, 1, `${path} ${id}`);
  }
}));
