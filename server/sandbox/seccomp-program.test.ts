/** The filter's verdict on every call of its tables, on both machines, by running its own instructions. */
import { describe, expect, test } from "vitest";
import { seccompProgram, verdicts } from "./seccomp-program.ts";
import { absentCalls, auditArchitecture, forbiddenCalls, judgedCall, type Machine } from "./seccomp-rules.ts";

/** A kernel's reading of classic BPF, for the instructions that the program has; refuses any other. */
function verdict(program: Buffer, call: number, args: readonly bigint[] = [], architecture?: number): number {
  const facts = Buffer.alloc(64);
  facts.writeUInt32LE(call >>> 0, 0);
  facts.writeUInt32LE(architecture ?? 0, 4);
  args.forEach((argument, index) => facts.writeBigUInt64LE(argument, 16 + 8 * index));
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const ifTrue = program.readUInt8(at * 8 + 2);
    const ifFalse = program.readUInt8(at * 8 + 3);
    const operand = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = facts.readUInt32LE(operand);
    else if (code === 0x15) at += accumulator === operand ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= operand ? ifTrue : ifFalse;
    else if (code === 0x45) at += (accumulator & operand) === 0 ? ifFalse : ifTrue;
    else if (code === 0x06) return operand;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("the program ended without a verdict");
}

describe.each<Machine>(["x64", "arm64"])("on %s", (machine) => {
  const program = seccompProgram(machine);
  const on = (call: number, ...args: (number | bigint)[]): number =>
    verdict(program, call, args.map(BigInt), auditArchitecture[machine]);

  test("the program is whole instructions within the kernel's limit", () => {
    expect(program.length % 8).toBe(0);
    expect(program.length / 8).toBeLessThan(4096);
  });

  test("forbidden calls are refused, absent ones do not exist", () => {
    for (const [name, call] of forbiddenCalls(machine))
      expect([name, on(call)]).toEqual([name, verdicts.refuse]);
    for (const [name, call] of absentCalls(machine))
      expect([name, on(call)]).toEqual([name, verdicts.absent]);
  });

  test("no number stands in two tables", () => {
    const judged = (["clone", "socket", "ioctl", "personality"] as const).map((name) =>
      judgedCall(name, machine),
    );
    const all = [...forbiddenCalls(machine).values(), ...absentCalls(machine).values(), ...judged];
    expect(new Set(all).size).toBe(all.length);
  });

  test("another architecture's calls kill", () => {
    for (const other of [0x40000003, auditArchitecture[machine === "x64" ? "arm64" : "x64"], 0]) {
      expect(verdict(program, 39, [], other)).toBe(verdicts.kill);
    }
  });

  test("numbers that nobody has judged, x32's among them, do not exist", () => {
    for (const call of [470, 1000, 0x40000000, 0x40000000 + 39, 0xffffffff])
      expect(on(call)).toBe(verdicts.absent);
    expect(on(469)).toBe(verdicts.allow);
  });

  test("processes and threads can be made, namespaces can't", () => {
    const clone = judgedCall("clone", machine);
    expect(on(clone, 17)).toBe(verdicts.allow);
    expect(on(clone, 0x3d0f00)).toBe(verdicts.allow);
    for (const flag of [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(on(clone, flag | 17)).toBe(verdicts.refuse);
      expect(on(clone, BigInt(flag | 17) | (1n << 40n))).toBe(verdicts.refuse);
    }
  });

  test("sockets are unix, inet, inet6 and route netlink", () => {
    const socket = judgedCall("socket", machine);
    for (let family = 0; family < 64; family += 1) {
      const expected = [1, 2, 10, 16].includes(family) ? verdicts.allow : verdicts.noSuchFamily;
      expect([family, on(socket, family, 1, 0)]).toEqual([family, expected]);
    }
    expect(on(socket, 16, 1, 9)).toBe(verdicts.noSuchFamily);
  });

  test("terminals can't be fed, whatever the request's high bits are", () => {
    const ioctl = judgedCall("ioctl", machine);
    for (const request of [0x5412, 0x541c, 0x541d]) {
      expect(on(ioctl, 0, request)).toBe(verdicts.refuse);
      expect(on(ioctl, 0, BigInt(request) | (0x7fn << 32n))).toBe(verdicts.refuse);
    }
    expect(on(ioctl, 0, 0x5413)).toBe(verdicts.allow);
  });

  test("the personality can only be asked for", () => {
    const personality = judgedCall("personality", machine);
    expect(on(personality, 0xffffffff)).toBe(verdicts.allow);
    expect(on(personality, 0x40000)).toBe(verdicts.refuse);
  });

  test("what Python lives on is allowed", () => {
    const everyday =
      machine === "x64"
        ? [0, 1, 9, 39, 59, 202, 257, 262, 318, 334, 436]
        : [63, 64, 222, 172, 221, 98, 56, 278, 293, 436];
    for (const call of everyday) expect([call, on(call)]).toEqual([call, verdicts.allow]);
  });
});
