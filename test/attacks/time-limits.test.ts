/** Time limits that make no sense, from whoever may set one: refused in words, or bounded by the server's own (A79). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { done } from "../../contract/failures.ts";
import type { Run } from "../../contract/runs.ts";
import { readConfig, type Command } from "../../server/read-config.ts";
import { longestTimeoutMs } from "../../server/setting-values.ts";
import { startProduct, visit, type Product, type Visitor } from "../product.ts";

/** As an operator or a caller of the command line could write them. */
const absurd = [
  "0",
  "0.999",
  "-1",
  "-0",
  "+5",
  "1e9",
  "1e-3",
  "99999999999999999999",
  "NaN",
  "Infinity",
  "0x10",
  "1,5",
  "30s",
  " 30",
  "none",
  "null",
  "٣٠",
  "\u0000",
  "1\n2",
];

describe.each(["serve", "run"] satisfies Command[])("a setting of %s", (command) => {
  const told = (flags: Map<string, string[]>, environment: Record<string, string>) =>
    readConfig(command, flags, {
      environment,
      dotEnv: null,
      home: "/nowhere",
      directory: "/nowhere",
      isTerminal: false,
      isLogOnTerminal: false,
      readFile: () => "",
      randomToken: () => "drawn",
      sessionSecrets: () => done(["made"]),
    });

  test.each(absurd)("%j seconds is refused, from a flag and from the environment", (text) => {
    const flag = told(new Map([["--timeout", [text]]]), {});
    const variable = told(new Map(), { OPENROUTER_IDE_TIMEOUT: text });
    expect(flag).toMatchObject({ ok: false, error: [expect.stringContaining("--timeout")] });
    expect(variable).toMatchObject({ ok: false, error: [expect.stringContaining("OPENROUTER_IDE_TIMEOUT")] });
  });

  test("the longest is within what a timer counts, and one that is too long is not rounded down to it", () => {
    expect(longestTimeoutMs).toBeLessThan(2 ** 31);
    const flags = new Map([["--timeout", [String(longestTimeoutMs / 1000 + 1)]]]);
    expect(told(flags, {})).toMatchObject({ ok: false });
  });
});

test("the command line says so, ends with its own exit code, and runs nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "time-limits-"));
  writeFileSync(join(folder, "main.py"), "open('ran', 'w')\nprint('ran')\n");
  const launcher = fileURLToPath(new URL("../../bin/openrouter-ide", import.meta.url));
  const tried = spawnSync(launcher, ["run", "main.py", "--simulator", "--timeout=-1"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
  });
  rmSync(folder, { recursive: true });
  expect(tried).toMatchObject({ status: 2, stdout: "" });
  expect(tried.stderr).toContain("--timeout");
  expect(tried.stderr).toContain("Give seconds, from 1 to 86400.");
});

describe("what a page asks for", () => {
  let product: Product;
  let ann: Visitor;
  beforeAll(async () => {
    product = await startProduct({ args: ["--simulator", "--max-timeout", "50"] });
    ann = await visit(product);
  });
  afterAll(() => product[Symbol.asyncDispose]());

  /** `timeout` is the JSON text, which need not be any. */
  const ask = async (timeout: string) => {
    const key = crypto.randomUUID();
    const reply = await fetch(`${product.origin}/api/runs`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: ann.cookie, origin: product.origin },
      body: `{"code":"print(1)","idempotencyKey":"${key}","timeoutMs":${timeout}}`,
    });
    return { status: reply.status, body: await reply.json() };
  };

  test.each([
    "0",
    "-0",
    "-1",
    "999",
    "1000.5",
    "1e-9",
    "1e18",
    "1e999",
    "-1e999",
    "9007199254740993",
    "null",
    "true",
    '"1000"',
    '""',
    "[1000]",
    "{}",
  ])("%s ms is refused, naming the field", async (timeout) => {
    const { status, body } = await ask(timeout);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "bad-request" });
    expect(JSON.stringify(body)).toContain("timeoutMs");
  });

  test.each(["NaN", "Infinity", "0x10", "1_000", "01000", "undefined", ""])(
    "%s is no JSON, and refused",
    async (timeout) => {
      expect((await ask(timeout)).status).toBe(400);
    },
  );

  test.each(["1e9", "50001", "9007199254740991"])(
    "%s ms is cut to the server's own maximum",
    async (timeout) => {
      const { status, body } = await ask(timeout);
      expect(status).toBe(200);
      expect((body as Run).timeoutMs).toBe(50_000);
    },
  );

  test("a plain one is taken as it is", async () => {
    const { run } = await ann.run("print(1)", { timeoutMs: limits.runTimeoutMinMs });
    expect(run.timeoutMs).toBe(limits.runTimeoutMinMs);
  });
});
