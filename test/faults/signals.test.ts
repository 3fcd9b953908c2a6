/** The server is told to stop, told again, loses whoever reads its words, or breaks: it ends as promised and leaves nothing (F7, F8). */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { brokenExitCode } from "../../server/cli/last-resort.ts";
import { begin, exitOf, expectNothingLeft, type Life } from "./lives.ts";

/** Interrupts do nothing to it, so that a gentle end takes the whole time of grace. */
const deaf =
  "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(600)";

const noStack = /^ {4}at |node:internal/m;

test.each(["SIGINT", "SIGHUP"] as const)("F7 %s ends it gently, with code 0 and no trace", async (signal) => {
  const begun = await begin();
  begun.product.process.kill(signal);
  expect(await exitOf(begun.product)).toBe(0);
  expect(begun.product.written()).not.toMatch(noStack);
  await expectNothingLeft(begun, "lost because the server shut down");
});

test.each([
  ["SIGTERM", "SIGTERM"],
  ["SIGINT", "SIGHUP"],
] as const)("F7 %s and then %s ends it at once, with code 130 and no trace", async (first, second) => {
  const begun = await begin({ code: deaf });
  const child = begun.product.process;
  child.kill(first);
  await expect.poll(() => begun.product.written(), { timeout: 20_000 }).toContain("stopping");
  // What comes within a moment counts as the same request, so it is said until it is heard.
  await expect
    .poll(() => child.kill(second) && child.exitCode === null && child.signalCode === null, {
      timeout: 20_000,
    })
    .toBe(false);
  expect(await exitOf(begun.product)).toBe(130);
  expect(begun.product.written()).not.toMatch(noStack);
  await expectNothingLeft(begun, "lost because the server went away");
});

test("F7 it goes on when a pipe breaks, its own standard error too", async () => {
  const begun = await begin();
  const { product, ann } = begun;
  product.process.kill("SIGPIPE");
  product.process.stderr?.destroy();
  product.process.stdout?.destroy();
  // Each run's end is a line of the log.
  for (let n = 0; n < 3; n += 1) expect((await ann.run("print(1)")).run.state).toBe("finished");
  expect(await product.end("SIGTERM")).toBe(0);
  await expectNothingLeft(begun, "lost because the server shut down");
});

describe("F8 an error that nobody catches", () => {
  /** In the server's own process, on a signal: nothing in the product throws on demand. */
  const breaking = (what: string): Life => ({
    start: (_, main) => [
      process.execPath,
      "--import",
      `data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2", () => { ${what} });`)}`,
      main,
    ],
  });
  test.each([
    ["in a callback", "setImmediate(() => { throw new Error('nobody catches this'); });"],
    ["in promises, twice", "for (const n of [1, 2]) void Promise.reject(new Error('nobody catches this'));"],
  ])("%s is logged, ends what runs and the server, with a code of its own", async (_, what) => {
    const begun = await begin(breaking(what));
    begun.product.process.kill("SIGUSR2");
    expect(await exitOf(begun.product)).toBe(brokenExitCode);
    const lines = begun.product
      .written()
      .split("\n")
      .filter((line) => line.includes('"level":60'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ msg: "an error that nobody caught: the server ends" });
      expect(line).toContain("nobody catches this");
    }
    await expectNothingLeft(begun, "lost because the server shut down");
  });

  test("ends the process also when it can't be closed any more", () => {
    const module = pathToFileURL(join(import.meta.dirname, "../../server/cli/last-resort.ts")).href;
    const stuck = `
import { endWhenBroken } from ${JSON.stringify(module)};
endWhenBroken({ fatal: (_, text) => console.log(text) }, () => new Promise(() => undefined), 50);
setInterval(() => undefined, 1_000_000);
setImmediate(() => { throw new Error("nobody catches this"); });`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "--eval", stuck], {
      encoding: "utf8",
      timeout: 50_000,
    });
    expect(ended.stderr).toBe("");
    expect([ended.status, ended.stdout]).toEqual([
      brokenExitCode,
      "an error that nobody caught: the server ends\n",
    ]);
  });
});
