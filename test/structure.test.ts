/** Who may import whom (architecture.md), and no cycle at run time: read from every import of the tree. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;

interface Import {
  readonly from: string;
  /** A path below the root, or a package's name. */
  readonly to: string;
  /** `later`: by `import()` or named as a worker; no part of a cycle at start, but it counts for who may know whom. */
  readonly kind: "run-time" | "type" | "later";
}

const files = ["contract", "server", "web", "test", "setup"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => `${folder}/${name}`),
);
/** Tests and what only they use may reach for real parts of any room. */
const isForTests = (file: string): boolean =>
  /^(test|setup)\/|\.test\.ts$|(-for-tests|-fixture|test-kit|test-client|sample-rows|both-databases|other-process)\.ts$/.test(
    file,
  );

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
const later = /\bimport\(\s*["']([^"']+)["']\s*\)|\bnew Worker\(new URL\(["']([^"']+)["']/g;

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const to = (named: string): string => (named.startsWith(".") ? join(dirname(from), named) : named);
  return [
    ...[...text.matchAll(statement)].map(([, type, named = ""]) => ({
      from,
      to: to(named),
      kind: type === undefined ? ("run-time" as const) : ("type" as const),
    })),
    ...[...text.matchAll(later)].map(([, named, worker = ""]) => ({
      from,
      to: to(named ?? worker),
      kind: "later" as const,
    })),
  ];
});
const ours = imports.filter(({ from }) => !isForTests(from));
const isOurs = (path: string): boolean => /^(contract|server|web|test|setup)\//.test(path);
const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const isShared = (path: string): boolean =>
  /^server\/[\w-]+\.ts$/.test(path) && !/^server\/(compose|main)\.ts$/.test(path);
const say = ({ from, to }: Import): string => `${from} → ${to}`;

/** Interfaces and pure views that other rooms may see; everything else of a room is its own. */
const open = new Set([
  "server/store/session-store.ts",
  "server/store/environment-store.ts",
  "server/store/snippet-store.ts",
  "server/store/run-store.ts",
  "server/store/result-store.ts",
  // Pure: files as they were sent to rows and back.
  "server/store/program-file.ts",
  "server/store/call-store.ts",
  // The one exception that a store may throw.
  "server/store/unavailable.ts",
  "server/openrouter/upstream.ts",
  "server/openrouter/client.ts",
  "server/gateway/gateway.ts",
  "server/gateway/source-report.ts",
  "server/gateway/host-dialer.ts",
  // Pure: rows to what the page shows.
  "server/gateway/call-view.ts",
  // Pure: names to the addresses that they have inside.
  "server/gateway/open-hosts.ts",
  // Pure: which number a run's next call has.
  "server/gateway/call-order.ts",
  // Pure: a call as an entry of a HAR log.
  "server/gateway/har-entry.ts",
  "server/sandbox/sandbox.ts",
  "server/http/handlers.ts",
  "server/runs/follow.ts",
  "server/environments/watch.ts",
  // Types only, for http: `Presence`.
  "server/runs/presence.ts",
]);
/** A room's use of another room's adapter or rules, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  "server/main.ts → server/cli/command-line.ts": "the process does what the command line asks for",
  "server/settings → server/store/vault.ts":
    "settings seals and opens keys; the vault is pure but for chance",
  "server/environments → server/gateway/certificates.ts":
    "an installer trusts an authority of its own, made as the gateway's is; pure but for chance",
  "server/cli → server/compose.ts": "commands are composed there",
  "server/cli → server/store/database-url.ts": "`doctor` names the database without opening it; pure",
  "server/cli → server/store/session-secret.ts": "the secret is made where the configuration is read",
  "server/cli → server/settings/catalogue.ts": "`run` chooses a model as the page does",
  "server/cli → server/settings/default-model.ts": "and by the same rule",
  "server/cli → server/runs/execute.ts": "`run` runs a program as the page does",
  "server/cli → server/runs/environment.ts": "and gives it the same environment",
  "server/cli → server/runs/run-results.ts": "and keeps its results within the same bounds",
  "server/cli → server/runs/media-types.ts": "and under the same names; pure",
};
/** Which files may know a library, by the beginning of its name. What is not here is unknown to the product. */
const libraries: readonly (readonly [library: RegExp, files: RegExp])[] = [
  [/^package\.json$/, /^server\/version\.ts$/],
  [/^zod\/mini$/, /^(contract|server|web)\//],
  [/^(kysely(\/migration)?|node:sqlite|pg)$/, /^server\/store\//],
  // `doctor` looks at a database without opening a store, which would make or change it.
  [/^(node:sqlite|pg)$/, /^server\/cli\/check-database\.ts$/],
  [/^(hono|@hono\/node-server(\/utils\/response)?|ws)$/, /^server\/http\//],
  [/^pino$/, /^server\/log\.ts$/],
  [/^(preact(\/hooks)?|@preact\/signals)$/, /^web\//],
  [/^monaco-editor\//, /^web\/editor\//],
  [/^@xterm\//, /^web\/output\//],
  [/^marked$/, /^web\/conversation\/markdown\.ts$/],
  [/^bootstrap\/|^virtual:feather-icons$/, /^web\/(main|shell\/icon)\.tsx$/],
  [/^(vite$|node:)/, /^web\/vite\.config\.ts$/],
  // Only these start other processes: the sandbox's spawner, a look at the operator's interpreters, and the commands.
  [
    /^node:child_process$/,
    /^server\/(sandbox\/(spawner|interpreter)|environments\/interpreter-facts|cli\/(open-browser|doctor))\.ts$/,
  ],
  [/^node:(?!sqlite$|child_process$)/, /^server\//],
];

test("the contract imports the schema library only", () => {
  const wrong = ours.filter(
    ({ from, to }) => from.startsWith("contract/") && !to.startsWith("contract/") && to !== "zod/mini",
  );
  expect(wrong.map(say)).toEqual([]);
});

test("the page knows the contract and its own files, nothing of the server", () => {
  const wrong = ours.filter(
    ({ from, to }) => from.startsWith("web/") && isOurs(to) && !/^(web|contract)\//.test(to),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("the server knows nothing of the page, the tests or the set-up", () => {
  const wrong = ours.filter(({ from, to }) => from.startsWith("server/") && /^(web|test|setup)\//.test(to));
  expect(wrong.map(say)).toEqual([]);
});

test("a library is known only where it is needed", () => {
  const wrong = ours.filter(
    ({ from, to }) =>
      !isOurs(to) && !libraries.some(([library, place]) => library.test(to) && place.test(from)),
  );
  expect(wrong.map(say)).toEqual([]);
});

/** The edges between rooms that go beyond the others' interfaces. */
const reaching = ours.filter(
  ({ from, to }) =>
    from.startsWith("server/") &&
    to.startsWith("server/") &&
    from !== "server/compose.ts" &&
    roomOf(from) !== roomOf(to) &&
    !open.has(to) &&
    !isShared(to),
);
const edge = ({ from, to }: Import): string => `${roomOf(from)} → ${to}`;

test("a room of the server sees the others' interfaces only; compose.ts alone knows every adapter", () => {
  expect(reaching.filter((found) => allowed[edge(found)] === undefined).map(say)).toEqual([]);
});

test("every exception to that is still in use", () => {
  const used = new Set(reaching.map(edge));
  expect(Object.keys(allowed).filter((exception) => !used.has(exception))).toEqual([]);
  expect([...open].filter((port) => !ours.some(({ to }) => to === port))).toEqual([]);
});

test("what all rooms share knows the contract and its like only", () => {
  const wrong = ours.filter(
    ({ from, to }) => isShared(from) && isOurs(to) && !isShared(to) && !to.startsWith("contract/"),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("what only tests use is used by tests only", () => {
  expect(ours.filter(({ to }) => isOurs(to) && isForTests(to)).map(say)).toEqual([]);
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
  for (const { from, to, kind } of imports) {
    if (kind === "run-time" && isOurs(to)) next.set(from, [...(next.get(from) ?? []), to]);
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
    "setup/write-docs.ts",
    ...files.filter((file) => file.includes(".test.")),
    // Processes of their own, which a test starts by name.
    ...files.filter((file) =>
      /^test\/(attacks|faults)\/((server|gateway)-(that-dies|to-kill)|host-without-\w+)\.ts$/.test(file),
    ),
  ];
  const reached = new Set(entries);
  for (const file of reached) {
    for (const { from, to } of imports) if (from === file) reached.add(to);
  }
  expect(files.filter((file) => !reached.has(file))).toEqual([]);
});

test("every import by path names a file that is there", () => {
  const wrong = imports.filter(({ to }) => isOurs(to) && /\.tsx?$/.test(to) && !files.includes(to));
  expect(wrong.map(say)).toEqual([]);
});
