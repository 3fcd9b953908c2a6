/** Who may import whom (architecture.md), and no cycle at run time: read from every import of the tree. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;

interface Import {
  readonly from: string;
  /** A path below the root, or a package's name. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const files = ["contract", "server", "web"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => `${folder}/${name}`),
);
/** Tests and what only they use may reach for real parts of any room. */
const isForTests = (file: string): boolean =>
  /\.test\.ts$|(-for-tests|-fixture|test-kit|sample-rows|both-databases|other-process)\.ts$/.test(file);

const statement = /^\s*(import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const place = (to: string): string =>
    to.startsWith(".") ? relative(root, join(root, dirname(from), to)) : to;
  return [
    ...[...text.matchAll(statement)].map(([, , type, to = ""]) => ({
      from,
      to: place(to),
      isTypeOnly: type !== undefined,
    })),
    // A part that is loaded later is no part of a cycle at start, but it counts for who may know whom.
    ...[...text.matchAll(dynamic)].map(([, to = ""]) => ({ from, to: place(to), isTypeOnly: true })),
  ];
});
const ours = imports.filter(({ from }) => !isForTests(from));
const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const isShared = (path: string): boolean => /^server\/[\w-]+\.ts$/.test(path);
const say = ({ from, to }: Import): string => `${from} → ${to}`;

/** Interfaces and pure views that other rooms may see; everything else of a room is its own. */
const open = new Set([
  "server/store/session-store.ts",
  "server/store/snippet-store.ts",
  "server/store/run-store.ts",
  "server/store/call-store.ts",
  // The one exception that a store may throw.
  "server/store/unavailable.ts",
  "server/openrouter/upstream.ts",
  "server/openrouter/client.ts",
  "server/gateway/gateway.ts",
  // Pure: rows to what the page shows.
  "server/gateway/call-view.ts",
  "server/sandbox/sandbox.ts",
  "server/http/handlers.ts",
  "server/runs/follow.ts",
]);
/** A room's use of another room's adapter or rules, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  "server/settings → server/store/vault.ts":
    "settings seals and opens keys; the vault is pure but for chance",
  "server/cli → server/compose.ts": "commands are composed there",
  "server/cli → server/store/database-url.ts": "`doctor` names the database without opening it; pure",
  "server/cli → server/store/session-secret.ts": "the secret is made where the configuration is read",
  "server/cli → server/settings/catalogue.ts": "`run` chooses a model as the page does",
  "server/cli → server/settings/default-model.ts": "and by the same rule",
  "server/cli → server/runs/execute.ts": "`run` runs a program as the page does",
  "server/cli → server/runs/environment.ts": "and gives it the same environment",
  "server/cli → server/runs/reason.ts": "and says the same of its end",
};

test("the contract imports the schema library only", () => {
  const wrong = ours.filter(
    ({ from, to }) => from.startsWith("contract/") && !to.startsWith("contract/") && to !== "zod/mini",
  );
  expect(wrong.map(say)).toEqual([]);
});

test("the page knows the contract and its own libraries, nothing of the server", () => {
  const wrong = ours.filter(
    ({ from, to }) => from.startsWith("web/") && (to.startsWith("server/") || to.startsWith("test/")),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("the server knows nothing of the page or the tests", () => {
  const wrong = ours.filter(({ from, to }) => from.startsWith("server/") && /^(web|test)\//.test(to));
  expect(wrong.map(say)).toEqual([]);
});

test("a room of the server sees the others' interfaces only; compose.ts alone knows every adapter", () => {
  const wrong = ours.filter(({ from, to }) => {
    if (!from.startsWith("server/") || !to.startsWith("server/") || from === "server/compose.ts")
      return false;
    if (roomOf(from) === roomOf(to) || open.has(to)) return false;
    if (isShared(to) && to !== "server/compose.ts" && to !== "server/main.ts") return false;
    if (isShared(from))
      return from !== "server/main.ts" && !/^server\/(read-config|read-flags|setting-values)\.ts$/.test(from);
    return allowed[`${roomOf(from)} → ${to}`] === undefined;
  });
  expect(wrong.map(say)).toEqual([]);
});

test("nothing imports http, compose or main but those who start them", () => {
  const wrong = ours.filter(
    ({ from, to }) =>
      (/^server\/(compose|main)\.ts$/.test(to) ||
        (to.startsWith("server/http/") && to !== "server/http/handlers.ts")) &&
      roomOf(from) !== roomOf(to) &&
      !/^server\/(main|compose)\.ts$|^server\/cli\//.test(from),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("no file imports, at run time, a file that imports it", () => {
  const next = new Map<string, string[]>();
  for (const { from, to, isTypeOnly } of ours) {
    if (!isTypeOnly && files.includes(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (path.includes(file) || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(cycles).toEqual([]);
});

test("no user text is evaluated outside the sandbox: no eval, Function or vm anywhere", () => {
  const wrong = files.filter((file) =>
    /\beval\(|new Function\(|["']node:vm["']/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(wrong).toEqual([]);
});

/** The server's files that hold `pattern`, tests and what only they use left out. */
const serverFilesWith = (pattern: RegExp): string[] =>
  files.filter(
    (file) =>
      file.startsWith("server/") && !isForTests(file) && pattern.test(readFileSync(join(root, file), "utf8")),
  );

test("the environment is read in configuration and by the commands only", () => {
  const edge = /^server\/(read-config\.ts|cli\/|sandbox\/find-bwrap\.ts)/;
  expect(serverFilesWith(/\bprocess\.env\b/).filter((file) => !edge.test(file))).toEqual([]);
});

test("the time of day comes from the clock that is handed in, and chance from the operating system", () => {
  expect(serverFilesWith(/\bDate\.now\(|\bnew Date\(\)/)).toEqual(["server/clock.ts"]);
  expect(serverFilesWith(/\bMath\.random\(/)).toEqual([]);
});

test("every file is used: an entry reaches it, or a test does", () => {
  const entries = [
    "server/main.ts",
    "server/simulator/main.ts",
    "web/main.tsx",
    "web/vite.config.ts",
    ...files.filter((file) => file.includes(".test.")),
  ];
  // Workers and other processes are named by a URL, not imported; `test/` stands outside what is read here.
  const named = files.filter((file) =>
    imports.every(({ to }) => to !== file)
      ? /worker|-for-tests|-fixture|test-kit|other-process/.test(file)
      : false,
  );
  const reached = new Set([...entries, ...named]);
  for (const file of reached) {
    for (const { from, to } of imports) if (from === file) reached.add(to);
  }
  expect(files.filter((file) => !reached.has(file))).toEqual([]);
});
