import { describe, expect, test } from "vitest";
import {
  checkBubblewrap,
  checkCounting,
  checkDirectory,
  checkLines,
  checkNamespaces,
  checkNode,
  checkPython,
  exitCodeOf,
  fail,
  ok,
  warn,
} from "./checks.ts";

describe("versions below the fixed ones fail", () => {
  test.each([
    ["v24.14.1", "ok"],
    ["v24.21.0", "ok"],
    ["v25.0.0", "ok"],
    ["v24.14.0", "fail"],
    ["v22.22.0", "fail"],
  ])("Node %s: %s", (version, verdict) => expect(checkNode(version).verdict).toBe(verdict));

  test.each([
    ["bubblewrap 0.8.0\n", "ok"],
    ["bubblewrap 0.12.0\n", "ok"],
    ["bubblewrap 0.7.1\n", "fail"],
    ["garbage", "fail"],
    [null, "fail"],
  ])("%j: %s", (said, verdict) => expect(checkBubblewrap(said).verdict).toBe(verdict));

  test.each([
    [{ version: "3.11.2", packages: ["requests", "httpx"] }, ["ok", "ok"]],
    [{ version: "3.9.2", packages: ["requests", "httpx"] }, ["fail", "ok"]],
    [{ version: "3.10.0", packages: ["requests"] }, ["ok", "warn"]],
    [null, ["warn"]],
  ])("%j: %j", (facts, verdicts) =>
    expect(checkPython(facts, false).map(({ verdict }) => verdict)).toEqual(verdicts),
  );
});

describe("the kernel's switches", () => {
  const open = { maxUserNamespaces: "31000\n", unprivilegedUserns: "1\n", apparmorRestricts: null };
  test.each([
    [open, "ok"],
    [{ ...open, unprivilegedUserns: null }, "ok"],
    [{ ...open, maxUserNamespaces: "0\n" }, "fail"],
    [{ ...open, unprivilegedUserns: "0\n" }, "fail"],
    [{ ...open, apparmorRestricts: "1\n" }, "warn"],
  ])("%j: %s", (switches, verdict) => expect(checkNamespaces(switches).verdict).toBe(verdict));
});

test("control groups are told as they were found, and their absence with what it means", () => {
  expect(checkCounting({ by: "cgroup v2", says: "cgroup v2: memory" })).toMatchObject({
    verdict: "ok",
    says: "cgroup v2: memory",
  });
  expect(checkCounting({ by: "watcher", says: "none" })).toMatchObject({
    verdict: "warn",
    advice: expect.stringContaining("watched"),
  });
});

test.each([
  [{ state: "absent", mode: 0, canBeMade: true }, "ok"],
  [{ state: "absent", mode: 0, canBeMade: false }, "fail"],
  [{ state: "not-a-directory", mode: 0o644, canBeMade: false }, "fail"],
  [{ state: "not-writable", mode: 0o500, canBeMade: false }, "fail"],
  [{ state: "writable", mode: 0o700, canBeMade: false }, "ok"],
  [{ state: "writable", mode: 0o755, canBeMade: false }, "warn"],
] as const)("a data directory that is %j: %s", (facts, verdict) => {
  expect(checkDirectory({ path: "/data", ...facts }).verdict).toBe(verdict);
});

test("whatever is not well comes with advice, and only a failure changes the exit code", () => {
  const checks = [ok("a", "fine"), warn("bb", "so so", "do this")];
  expect(exitCodeOf(checks)).toBe(0);
  expect(exitCodeOf([...checks, fail("c", "broken", "do that")])).toBe(1);
  expect(checkLines(checks, (_, text) => text)).toBe(
    "ok    a   fine\nwarn  bb  so so\n          → do this\n\nEverything that is needed works.\n",
  );
});
