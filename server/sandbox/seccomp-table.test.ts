/** No call is left unjudged: every number of both machines, every name of this machine's own headers, and what the filter says. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decisions } from "./seccomp-arguments.ts";
import { verdicts } from "./seccomp-instructions.ts";
import { seccompProgram } from "./seccomp-program.ts";
import {
  absentCalls,
  auditArchitecture,
  callsOf,
  callsOfZygote,
  firstUnknownCall,
  forbiddenCalls,
  type Machine,
} from "./seccomp-rules.ts";
import { answerOf } from "./seccomp-verdict-for-tests.ts";

const machines: readonly Machine[] = ["x64", "arm64"];

/** Numbers below the last that Linux gave to no call, both ends included. */
const unused: Readonly<Record<Machine, readonly (readonly [number, number])[]>> = {
  // "Don't use numbers 387 through 423" (syscall_64.tbl); those from 337 on were skipped with them.
  x64: [[337, 423]],
  // 244 to 259 are for a machine's own calls, of which aarch64 has none; 403 to 423 are those of 32-bit machines.
  arm64: [
    [244, 259],
    [295, 423],
  ],
};

const isUnused = (machine: Machine, number: number): boolean =>
  unused[machine].some(([first, last]) => first <= number && number <= last);

/** Name and number of every call that a header of linux-libc-dev defines. */
function callsIn(header: string): [string, number][] {
  const text = readFileSync(header, "utf8");
  return [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name = "", number]) => [
    name,
    Number(number),
  ]);
}

describe.each(machines)("on %s", (machine) => {
  const calls = callsOf(machine);
  const program = seccompProgram(machine);
  const on = (number: number, ...args: number[]): number =>
    answerOf(program, number, args, auditArchitecture[machine]).verdict;
  const numbers = new Map(calls.map((call) => [call.number, call]));

  test("each number stands once, and each name", () => {
    expect(numbers.size).toBe(calls.length);
    expect(new Set(calls.map(({ name }) => name)).size).toBe(calls.length);
  });

  test("every number up to the last known is judged, or was never given to a call", () => {
    const left = Array.from({ length: firstUnknownCall }, (_, number) => number).filter(
      (number) => numbers.has(number) === isUnused(machine, number),
    );
    expect(left).toEqual([]);
    expect(Math.max(...numbers.keys())).toBe(firstUnknownCall - 1);
  });

  test("the program says of every number what the table says, and of any other that it does not exist", () => {
    const answers = { allowed: verdicts.allow, refused: verdicts.refuse, absent: verdicts.absent };
    for (let number = 0; number < 1000; number += 1) {
      const call = numbers.get(number);
      if (call?.judgement === "judged") continue;
      const expected = call === undefined ? verdicts.absent : answers[call.judgement];
      expect([call?.name, number, on(number)]).toEqual([call?.name, number, expected]);
    }
  });

  test("what arguments decide has a decision, and nothing else has one", () => {
    const judged = calls.filter(({ judgement }) => judgement === "judged").map(({ name }) => name);
    const known = new Set(calls.map(({ name }) => name));
    expect(judged.toSorted()).toEqual(
      Object.keys(decisions)
        .filter((name) => known.has(name))
        .toSorted(),
    );
  });

  test("the lists of forbidden and of absent calls are the table's", () => {
    expect(forbiddenCalls(machine).get("ptrace")).toBe(machine === "x64" ? 101 : 117);
    expect(absentCalls(machine).get("clone3")).toBe(435);
    const listed = [...forbiddenCalls(machine).values(), ...absentCalls(machine).values()];
    const counted = calls.filter(({ judgement }) => judgement === "refused" || judgement === "absent");
    expect(listed.length).toBe(counted.length);
  });

  test("what was given to the zygote is a call", () => {
    const known = new Set(calls.map(({ name }) => name));
    expect([...callsOfZygote].filter((name) => !known.has(name))).toEqual([]);
  });
});

test("a name is judged alike on both machines", () => {
  const programs = { x64: seccompProgram("x64"), arm64: seccompProgram("arm64") };
  const onArm = new Map(callsOf("arm64").map((call) => [call.name, call]));
  for (const { name, number, judgement } of callsOf("x64")) {
    const other = onArm.get(name);
    if (other === undefined) continue;
    expect([name, other.judgement]).toEqual([name, judgement]);
    for (const args of [
      [],
      [1, 1, 0],
      [2, 2, 17],
      [0x5412, 0x5412],
      [0x10000011],
      [0xffffffff, 0xffffffff],
    ]) {
      const [here, there] = machines.map((machine) => {
        const call = machine === "x64" ? number : other.number;
        return answerOf(programs[machine], call, args, auditArchitecture[machine]).verdict;
      });
      expect([name, args, there]).toEqual([name, args, here]);
    }
  }
});

test("aarch64 has no call that x86-64 does not have", () => {
  const known = new Set(callsOf("x64").map(({ name }) => name));
  expect(callsOf("arm64").filter(({ name }) => !known.has(name))).toEqual([]);
});

/** Where linux-libc-dev puts them; a machine without it has no headers to disagree with. */
const headers: readonly (readonly [string, Machine])[] = [
  ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "x64"],
  ["/usr/include/aarch64-linux-gnu/asm/unistd_64.h", "arm64"],
  ["/usr/include/asm/unistd_64.h", process.arch as Machine],
  ["/usr/include/asm-generic/unistd.h", "arm64"],
];

/** In asm-generic/unistd.h, and no call of ours: their count, where a machine's own begin, other names and machines of 32 bits. */
const noCalls =
  /^(fstatat|sync_file_range2|syscalls|arch_specific_syscall|\w+_time64|clock_\w+64|timer_\w+64|timerfd_\w+64)$/;

test("this machine's kernel headers hold no call that the table does not, under no other number", () => {
  const found = headers.filter(([header]) => existsSync(header));
  const missed = found.flatMap(([header, machine]) => {
    const known = new Map(callsOf(machine).map(({ name, number }) => [name, number]));
    return callsIn(header)
      .filter(([name, number]) => !noCalls.test(name) && known.get(name) !== number)
      .map(([name, number]) => `${header}: ${name} ${number}`);
  });
  expect(missed).toEqual([]);
  // `npm test` installs linux-libc-dev, so that this compares something.
  expect(found.length).toBeGreaterThan(0);
});
