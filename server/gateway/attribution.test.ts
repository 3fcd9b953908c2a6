/** Requests and reports meet whichever comes first, in the order of a connection, also when some are lost; nothing grows without end. */
import { expect, test } from "vitest";
import { createAttribution, type Teller } from "./attribution.ts";
import type { ProcessFacts, SentReport, StartReport } from "./source-report.ts";

const post = "POST /api/v1/chat/completions HTTP/1.1";
const at = (line: number) => [{ file: "main.py", line, function: "<module>" }];
const sent = (line: number, first: number, change: Partial<SentReport> = {}): SentReport => ({
  kind: "sent",
  binding: "aa",
  first,
  pid: 10,
  call: null,
  lines: [post],
  places: at(line),
  ...change,
});
const started = (line: number, change: Partial<StartReport> = {}): StartReport => ({
  kind: "started",
  pid: 10,
  itself: false,
  command: "00000001",
  atMs: 1_000,
  places: at(line),
  ...change,
});
const curl = (change: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid: 11,
  parent: 10,
  startedMs: 1_010,
  command: "00000001",
  ...change,
});
const program: ProcessFacts = { pid: 10, parent: 1, startedMs: 0, command: "000000aa" };

/** Lines as they are told, by the name given to each request. */
function world(owners: Readonly<Record<number, readonly ProcessFacts[]>> = {}) {
  const lines: Record<string, number | undefined> = {};
  const attribution = createAttribution((port) => Promise.resolve(owners[port] ?? []));
  const tell = (name: string) => (teller: Teller) => {
    lines[name] = teller.places[0]?.line;
  };
  return { attribution, lines, tell };
}

test("a report before its request, after it, and one for two requests", () => {
  const { attribution, lines, tell } = world();
  attribution.told(sent(1, 1));
  const connection = attribution.connection(1).seen(["bb", "aa"]);
  connection.asked(post, tell("before"));
  connection.asked(post, tell("after"));
  expect(lines).toEqual({ before: 1 });
  attribution.told(sent(2, 2, { lines: [post, post] }));
  connection.asked(post, tell("with it"));
  expect(lines).toEqual({ before: 1, after: 2, "with it": 2 });
});

test("connections don't mix", () => {
  const { attribution, lines, tell } = world();
  const [first, second] = [attribution.connection(1).seen(["aa"]), attribution.connection(2).seen(["cc"])];
  first.asked(post, tell("first"));
  second.asked(post, tell("second"));
  attribution.told(sent(2, 1, { binding: "cc" }));
  attribution.told(sent(1, 1));
  expect(lines).toEqual({ first: 1, second: 2 });
});

test("a report that was lost leaves its own request untold, and no other", () => {
  const { attribution, lines, tell } = world();
  const connection = attribution.connection(1).seen(["aa"]);
  connection.asked(post, tell("lost"));
  attribution.told(sent(2, 2));
  connection.asked(post, tell("next"));
  attribution.told(sent(3, 3));
  connection.asked(post, tell("last"));
  expect(lines).toEqual({ next: 2, last: 3 });
});

test("text that only looks like a request is passed over", () => {
  const { attribution, lines, tell } = world();
  const connection = attribution.connection(1).seen(["aa"]);
  attribution.told(sent(1, 1, { lines: [post, "GET /in-the-body HTTP/1.1"] }));
  attribution.told(sent(2, 3));
  connection.asked(post, tell("first"));
  connection.asked(post, tell("second"));
  expect(lines).toEqual({ first: 1, second: 2 });
  attribution.told(sent(3, 4, { lines: ["POST /a-chunk HTTP/1.1"] }));
  connection.asked(post, tell("third"));
  attribution.told(sent(4, 5));
  expect(lines).toEqual({ first: 1, second: 2, third: 4 });
});

test("what was sent past the hook has no line, and what comes after it has its own", () => {
  const { attribution, lines, tell } = world();
  const connection = attribution.connection(1).seen(["aa"]);
  connection.asked("GET /past HTTP/1.1", tell("past"));
  connection.asked(post, tell("first"));
  attribution.told(sent(1, 1));
  attribution.told(sent(2, 2));
  connection.asked(post, tell("second"));
  expect(lines).toEqual({ first: 1, second: 2 });
});

test("thousands of requests that nobody tells of are let go, and the next report still finds its own", () => {
  const { attribution, lines, tell } = world();
  const connection = attribution.connection(1).seen(["aa"]);
  for (let turn = 1; turn <= 5_000; turn += 1) connection.asked(post, tell(`${turn}`));
  attribution.told(sent(1, 1));
  attribution.told(sent(2, 5_000));
  expect(lines).toEqual({ 5000: 2 });
});

test("a process that tells nothing has the line that started it, however deep below it is", async () => {
  const { attribution, lines, tell } = world({
    1: [curl(), program],
    2: [curl({ pid: 13, parent: 12, command: "00000009" }), curl({ pid: 12, command: "00000002" }), program],
    3: [program],
  });
  attribution.told(started(1));
  attribution.told(started(2, { command: "00000002" }));
  for (const port of [1, 2, 3])
    attribution
      .connection(port)
      .seen([`d${port}`])
      .asked(post, tell(`${port}`));
  await expect.poll(() => lines).toEqual({ 1: 1, 2: 2 });
});

test("of two lines that could have started it neither is told", async () => {
  const { attribution, lines, tell } = world({ 1: [curl(), program], 2: [curl({ pid: 12 }), program] });
  attribution.told(started(1));
  attribution.told(started(2, { atMs: 1_005 }));
  attribution.connection(1).seen(["aa"]).asked(post, tell("one"));
  attribution.told(started(3, { atMs: 900, command: "00000007" }));
  attribution.connection(2).seen(["cc"]).asked(post, tell("another"));
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  expect(lines).toEqual({});
});

test("hundreds of thousands of reports of connections that never come are forgotten", () => {
  const { attribution, lines, tell } = world();
  const kept = attribution.connection(1).seen(["aa"]);
  for (let turn = 0; turn < 200_000; turn += 1)
    attribution.told(sent(9, 1, { binding: (turn + 0x1000).toString(16) }));
  for (let turn = 0; turn < 1_000; turn += 1) attribution.told(sent(turn + 1, turn + 1));
  kept.asked(post, tell("first"));
  expect(lines).toEqual({ first: 1 });
});
