/**
 * The attacks, and the programs of the semantics suite, once more where bubblewrap makes each run's namespaces itself
 * (server/sandbox/nesting.ts): the same files under the operator's setting, so that no promise is weaker there. What counts
 * processes on the host, where the two ways differ, tries both by itself: leftovers.test.ts.
 */
import { afterAll, beforeAll, describe } from "vitest";

beforeAll(() => {
  process.env["OPENROUTER_IDE_SANDBOX"] = "single-use";
});
afterAll(() => {
  delete process.env["OPENROUTER_IDE_SANDBOX"];
});

const files = {
  channels: () => import("./channels.test.ts"),
  escape: () => import("./escape.test.ts"),
  evasion: () => import("./evasion.test.ts"),
  exhaustion: () => import("./exhaustion.test.ts"),
  forgery: () => import("./forgery.test.ts"),
  hoarding: () => import("./hoarding.test.ts"),
  kernel: () => import("./kernel.test.ts"),
  "limits told": () => import("./limits-told.test.ts"),
  network: () => import("./network.test.ts"),
  reach: () => import("./reach.test.ts"),
  secrets: () => import("./secrets.test.ts"),
  swaps: () => import("./swaps.test.ts"),
  semantics: () => import("../semantics/semantics.test.ts"),
  lines: () => import("../lines/clients.test.ts"),
};
describe.each(Object.entries(files))("%s", async (_, load) => {
  await load();
});
