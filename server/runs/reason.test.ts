import { expect, test } from "vitest";
import { explainEnd, type Ending } from "./reason.ts";

const exit = (exitCode: number | null, more: Partial<Ending["end"]> = {}): Ending["end"] => ({
  exitCode,
  signal: null,
  outOfMemory: false,
  outOfProcesses: false,
  fullDisk: null,
  wallMs: 1,
  cpuMs: 1,
  peakBytes: 1,
  ...more,
});
const ending = (more: Partial<Ending>): Ending => ({
  end: exit(0),
  cut: null,
  timeoutMs: 30_000,
  memoryBytes: 2 ** 30,
  processLimit: 128,
  diskBytes: 256 * 2 ** 20,
  fileName: "main.py",
  stderrTail: "",
  ...more,
});

const traceback = `before
Traceback (most recent call last):
  File "/project/main.py", line 9, in <module>
    f()
  File "/project/main.py", line 3, in f
    return json.loads("x")
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
`;

test("exit code 0 is finished", () => {
  expect(explainEnd(ending({}))).toEqual({ state: "finished", reason: "finished" });
});

test("an exception is named with the user's own line that led to it", () => {
  expect(explainEnd(ending({ end: exit(1), stderrTail: traceback })).reason).toBe(
    "failed at line 3: json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
  );
});

test("a syntax error is named with its line, although it has no traceback heading", () => {
  const stderrTail = `  File "/project/main.py", line 2\n    def\n       ^\nSyntaxError: invalid syntax\n`;
  expect(explainEnd(ending({ end: exit(1), stderrTail })).reason).toBe(
    "failed at line 2: SyntaxError: invalid syntax",
  );
});

test("sys.exit with a number is an exit code, even after an exception was printed and handled", () => {
  expect(explainEnd(ending({ end: exit(3), stderrTail: traceback })).reason).toBe("exited with code 3");
});

test("the time limit and the stop say where the program was, when it told", () => {
  expect(explainEnd(ending({ end: exit(130), cut: "timed-out", stderrTail: traceback }))).toEqual({
    state: "timed-out",
    reason: "timed out after 30 s, at line 3",
  });
  expect(explainEnd(ending({ end: exit(null, { signal: "SIGKILL" }), cut: "stopped" }))).toEqual({
    state: "stopped",
    reason: "stopped by you",
  });
});

test("running out of memory and dying by a signal are told apart", () => {
  expect(explainEnd(ending({ end: exit(1, { outOfMemory: true }) })).reason).toBe(
    "out of memory: it may use 1024 MiB",
  );
  expect(explainEnd(ending({ end: exit(null, { signal: "SIGSEGV" }) })).reason).toBe(
    "ended by SIGSEGV (a crash in native code)",
  );
});

test("a failure names what the program had run out of; an end that is no failure does not", () => {
  const stderrTail =
    "Traceback (most recent call last):\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n";
  expect(explainEnd(ending({ end: exit(1, { outOfProcesses: true }), stderrTail })).reason).toBe(
    "failed: BlockingIOError: [Errno 11] Resource temporarily unavailable; it had as many processes and threads as it may (128)",
  );
  expect(explainEnd(ending({ end: exit(3, { fullDisk: "/project" }) })).reason).toBe(
    "exited with code 3; /project was full (256 MiB)",
  );
  const both = { outOfProcesses: true, fullDisk: "/tmp" };
  expect(explainEnd(ending({ end: exit(0, both) })).reason).toBe("finished");
  expect(explainEnd(ending({ end: exit(1, both), cut: "stopped" })).reason).toBe("stopped by you");
});
