/** A program in the sandbox does what it does with bare Python, byte for byte, but for the differences that are listed and argued. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestSandbox } from "../../server/sandbox/sandbox-for-tests.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { runBare, runInSandbox, type Outcome } from "./both-ways.ts";
import { differences } from "./differences.ts";
import { readPrograms, type Program } from "./programs.ts";

const every = readPrograms();
const groupOf = ({ name }: Program): string => name.split("/")[0] ?? "";
const shortName = ({ name }: Program): string => name.split("/")[1] ?? "";
const differing = every.filter((program) => groupOf(program) === "differences");
const same = every.filter((program) => !["differences", "twice"].includes(groupOf(program)));
/** Only Python writes here, to both streams: their common order counts, too. */
const ordered = same.filter(({ name }) =>
  [
    "errors/warnings_shown",
    "errors/own_hook",
    "exits/error_then_atexit",
    "output/logging",
    "output/order",
  ].includes(name),
);

/** As many programs are under way at a time. */
const lanes = 4;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

/** By name; each lane is a person of its own with one program after another. */
async function runAll(
  programs: readonly Program[],
  merged = false,
): Promise<ReadonlyMap<string, { readonly bare: Outcome; readonly ours: Outcome }>> {
  const ours = new Map<Program, Outcome>();
  const waiting = [...programs];
  const [bare] = await Promise.all([
    runBare(programs, merged),
    ...Array.from({ length: lanes }, async (_, lane) => {
      for (let program = waiting.shift(); program !== undefined; program = waiting.shift()) {
        ours.set(program, await runInSandbox(sandbox, program, `person-${lane}`, merged));
      }
      sandbox.forget(`person-${lane}`);
    }),
  ]);
  return new Map(
    programs.map((program, at) => {
      const both = { bare: bare[at], ours: ours.get(program) };
      if (both.bare === undefined || both.ours === undefined) throw new Error(`${program.name} was not run`);
      return [program.name, both as { bare: Outcome; ours: Outcome }];
    }),
  );
}

test("at least 66 programs are compared", () => {
  expect(same.length).toBeGreaterThanOrEqual(66);
});

test("exit code, signal, standard output and standard error are those of bare Python", async () => {
  const both = await runAll(same);
  const ours = Object.fromEntries([...both].map(([name, outcome]) => [name, outcome.ours]));
  const bare = Object.fromEntries([...both].map(([name, outcome]) => [name, outcome.bare]));
  expect(ours).toEqual(bare);
});

test("what Python writes to both streams comes in the order in which it was written", async () => {
  expect(ordered).toHaveLength(5);
  const both = await runAll(ordered, true);
  for (const [name, { bare, ours }] of both) expect([name, ours]).toEqual([name, bare]);
});

test("of every difference, what is still promised holds", async () => {
  expect(differing.map(shortName).sort()).toEqual(Object.keys(differences).sort());
  const both = await runAll(differing);
  const broken = differing.filter((program) => {
    const { bare, ours } = both.get(program.name) ?? {};
    return bare === undefined || ours === undefined || !differences[shortName(program)]?.(ours, bare);
  });
  expect(broken.map(({ name }) => [name, both.get(name)])).toEqual([]);
});

test("docs/semantics.md argues every difference, and no other", () => {
  const page = readFileSync(new URL("../../docs/semantics.md", import.meta.url), "utf8");
  const argued = [...page.matchAll(/^\| `([\w-]+)`\s*\|/gm)].map(([, name = ""]) => name);
  expect(argued.sort()).toEqual(Object.keys(differences).sort());
});

test("what is drawn by chance differs between runs of one person, at once and one after another", async () => {
  const program = every.find(({ name }) => name === "twice/chance");
  if (program === undefined) throw new Error("the program is not there");
  const draw = async (): Promise<Record<string, unknown>> =>
    JSON.parse((await runInSandbox(sandbox, program, "gambler")).stdout) as Record<string, unknown>;
  const draws = await Promise.all([draw(), draw(), draw(), draw()]);
  draws.push(await draw(), await draw());
  for (const source of Object.keys(draws[0] ?? {})) {
    expect([source, new Set(draws.map((drawn) => drawn[source])).size]).toEqual([source, draws.length]);
  }
  expect(Object.keys(draws[0] ?? {})).toHaveLength(13);
});
