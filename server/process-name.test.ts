/** Promises of the names of processes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isFromHere, isRunning, ownProcessName, processName } from "./process-name.ts";

test("a process that runs is found by its name, and not one that has ended", async () => {
  const child = spawn("/bin/cat", { stdio: ["pipe", "ignore", "ignore"] });
  const name = processName(child.pid ?? 0) ?? "";
  expect([isRunning(name), isFromHere(name)]).toEqual([true, true]);
  child.stdin.end();
  await once(child, "exit");
  expect([isRunning(name), isFromHere(name)]).toEqual([false, true]);
});

test("another process that has the number by now, or has it in another namespace, is not taken for it", () => {
  const [pid = "", start = "", namespace = ""] = ownProcessName().split("-");
  expect(isRunning(`${pid}-${start}-${namespace}`)).toBe(true);
  expect(isRunning(`${pid}-${start}1-${namespace}`)).toBe(false);
  expect(isRunning(`${pid}-${start}-${namespace}1`)).toBe(false);
  expect(isFromHere(`${pid}-${start}-${namespace}1`)).toBe(false);
});

test("what is no name of a process is none that runs", () => {
  for (const name of ["", "run", "-1-2-3", "1", "99999999-1-1"]) expect(isRunning(name)).toBe(false);
});
