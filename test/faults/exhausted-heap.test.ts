/** The server's own memory runs out: it goes at once, and the next start tells what was lost; nothing else is (F5). */
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { begin, exitOf, expectNothingLeft } from "./lives.ts";

test(
  "F5 out of memory the server ends, its sandboxes with it, and the next start tells what was lost",
  { timeout: 180_000 },
  async () => {
    // Little more than what it needs to stand there, and no memory image of it on the disk.
    const start = (_: string, main: string): string[] => [
      ..."prlimit --core=0".split(" "),
      process.execPath,
      "--max-old-space-size=40",
      main,
    ];
    const begun = await begin({ start });
    const { product, ann } = begun;
    // What waits for its place is held, and each is as long as a program may be.
    const code = `input()\n#${"x".repeat(limits.codeBytes - 10)}`;
    const waiting = Array.from({ length: limits.queuedPerOwner }, () =>
      ann.api.startRun({ body: { code, idempotencyKey: crypto.randomUUID() } }),
    );
    expect(await exitOf(product)).toBe("SIGABRT");
    await Promise.allSettled(waiting);
    expect(product.written()).toMatch(/heap out of memory/);
    await expectNothingLeft(begun, "lost because the server went away");
  },
);
