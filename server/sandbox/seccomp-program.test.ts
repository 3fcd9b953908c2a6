/** The filters' answers on both machines, to every call and to the arguments that decide, by running their own instructions. */
import { describe, expect, test } from "vitest";
import { decide, give, loadCall, encode, verdicts } from "./seccomp-instructions.ts";
import { seccompProgram, zygoteSeccompProgram } from "./seccomp-program.ts";
import { auditArchitecture, callsOf, type Machine } from "./seccomp-rules.ts";
import { answerOf } from "./seccomp-verdict-for-tests.ts";

type Ask = (name: string, ...args: readonly (number | bigint)[]) => number;

const asker = (program: Buffer, machine: Machine): Ask => {
  const numbers = new Map(callsOf(machine).map(({ name, number }) => [name, number]));
  return (name, ...args) => {
    const number = numbers.get(name);
    if (number === undefined) throw new Error(`${name} is not a call of ${machine}`);
    return answerOf(program, number, args, auditArchitecture[machine]).verdict;
  };
};

const namespaces = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
const highBits = [0n, 1n << 32n, 0x7fffn << 33n];

describe.each<Machine>(["x64", "arm64"])("on %s", (machine) => {
  const program = seccompProgram(machine);
  const on = asker(program, machine);
  const number = (call: number, architecture = auditArchitecture[machine]): number =>
    answerOf(program, call, [], architecture).verdict;

  test("the program is whole instructions within the kernel's limit, and every call is decided in few", () => {
    expect(program.length % 8).toBe(0);
    expect(program.length / 8).toBeLessThan(4096 / 2);
    for (let call = 0; call < 1000; call += 1)
      expect(answerOf(program, call, [], auditArchitecture[machine]).steps).toBeLessThan(24);
  });

  test("another architecture's calls kill", () => {
    for (const other of [0x40000003, auditArchitecture[machine === "x64" ? "arm64" : "x64"], 0, 0xffffffff])
      expect(number(39, other)).toBe(verdicts.kill);
  });

  test("x32's numbers do not exist, nor do negative ones", () => {
    for (let call = 0; call < 1000; call += 1) expect(number(0x40000000 + call)).toBe(verdicts.absent);
    for (const call of [0x7fffffff, 0x80000000, 0xffffffff]) expect(number(call)).toBe(verdicts.absent);
  });

  test("processes and threads can be made, namespaces can't", () => {
    expect(on("clone", 17)).toBe(verdicts.allow);
    expect(on("clone", 0x3d0f00)).toBe(verdicts.allow);
    for (const flag of namespaces)
      for (const high of highBits) expect(on("clone", BigInt(flag | 17) | high)).toBe(verdicts.refuse);
  });

  test("sockets are unix, inet, inet6 and route netlink", () => {
    for (let family = 0; family < 64; family += 1) {
      const expected = [1, 2, 10, 16].includes(family) ? verdicts.allow : verdicts.noSuchFamily;
      expect([family, on("socket", family, 1, 0)]).toEqual([family, expected]);
      const pair = family === 1 ? verdicts.allow : verdicts.noSuchFamily;
      expect([family, on("socketpair", family, 1, 0)]).toEqual([family, pair]);
    }
    expect(on("socket", 16, 3, 9)).toBe(verdicts.noSuchFamily);
    expect(on("socket", 1, 5, 0)).toBe(verdicts.allow);
  });

  test.each([2, 10])(
    "of family %i there are TCP and UDP, and nothing that loads another protocol",
    (family) => {
      const flags = 0o2004000; // SOCK_CLOEXEC | SOCK_NONBLOCK
      expect(on("socket", family, 1 | flags, 6)).toBe(verdicts.allow);
      expect(on("socket", family, 2 | flags, 17)).toBe(verdicts.allow);
      for (const protocol of [1, 33, 58, 132, 136, 255, 262])
        expect(on("socket", family, 1, protocol)).toBe(verdicts.noSuchProtocol);
      for (const kind of [0, 3, 4, 5, 6, 10])
        expect(on("socket", family, kind | flags, 0)).toBe(verdicts.refuse);
    },
  );

  test("a TCP socket takes its options, and no protocol above it", () => {
    expect(on("setsockopt", 3, 6, 1)).toBe(verdicts.allow);
    expect(on("setsockopt", 3, 1, 31)).toBe(verdicts.allow);
    expect(on("setsockopt", 3, 6, 31)).toBe(verdicts.noSuchOption);
  });

  test("terminals can't be fed, whatever the request's high bits are", () => {
    for (const request of [0x5412, 0x541c, 0x541d, 0x5423])
      for (const high of highBits) expect(on("ioctl", 0, BigInt(request) | high)).toBe(verdicts.refuse);
  });

  test("what terminals, sockets and pipes are asked is allowed, what devices are asked is no request", () => {
    const everyday = [0x5401, 0x5402, 0x540e, 0x5410, 0x5413, 0x5414, 0x541b, 0x5421, 0x5450, 0x5451, 0x5460];
    const ptys = [0x80045430, 0x40045431, 0x5441, 0x802c542a, 0x402c542c];
    for (const request of [...everyday, ...ptys, 0x8912, 0x8927, 0x8933])
      expect([request, on("ioctl", 0, request)]).toEqual([request, verdicts.allow]);
    for (const request of [0, 1, 0x5400, 0x5461, 0xae01, 0x89f0, 0x40049409, 0xc0502100, 0xffffffff])
      expect([request, on("ioctl", 0, request)]).toEqual([request, verdicts.noSuchControl]);
  });

  test("the personality can only be asked for", () => {
    expect(on("personality", 0xffffffff)).toBe(verdicts.allow);
    expect(on("personality", 0xffffffffffffffffn)).toBe(verdicts.allow);
    for (const value of [0, 8, 0x40000, 0xfffffffe]) expect(on("personality", value)).toBe(verdicts.refuse);
  });

  test("a process can be named, bound to its parent and filtered more; it can't change what is counted of it", () => {
    for (const option of [1, 15, 16, 22, 36, 38, 0x53564d41])
      expect([option, on("prctl", option)]).toEqual([option, verdicts.allow]);
    for (const option of [0, 4, 8, 24, 28, 31, 32, 35, 47, 59, 62, 0x59616d61])
      expect([option, on("prctl", option)]).toEqual([option, verdicts.noSuchRequest]);
    expect(on("seccomp", 1)).toBe(verdicts.allow);
  });

  test("pipes, sockets and plain files can be made, devices can't", () => {
    for (const mode of [0o644, 0o010644, 0o100644, 0o140644])
      expect(on("mknodat", 0, 0, mode)).toBe(verdicts.allow);
    for (const mode of [0o020644, 0o060644, 0o040755, 0o120777])
      for (const high of highBits) expect(on("mknodat", 0, 0, BigInt(mode) | high)).toBe(verdicts.refuse);
  });

  test("memory may be told where to lie, not be moved", () => {
    expect(on("mbind", 0, 0, 1, 0, 0, 0)).toBe(verdicts.allow);
    for (const flags of [1, 2, 4, 8, 0xffffffff])
      expect(on("mbind", 0, 0, 1, 0, 0, flags)).toBe(verdicts.refuse);
  });

  test("what makes the runs' namespaces may do so, and nothing else that programs may not", () => {
    const zygote = asker(zygoteSeccompProgram(machine), machine);
    for (const name of ["unshare", "setns", "mount", "umount2", "pivot_root", "sethostname", "capset"]) {
      expect([name, on(name)]).toEqual([name, verdicts.refuse]);
      expect([name, zygote(name)]).toEqual([name, verdicts.allow]);
    }
    for (const flag of namespaces) expect(zygote("clone", flag | 17)).toBe(verdicts.allow);
    expect(zygote("prctl", 4)).toBe(verdicts.allow);
    expect(zygote("seccomp", 1)).toBe(verdicts.allow);
    const opened = new Set(
      "clone unshare setns mount umount2 pivot_root sethostname capset prctl".split(" "),
    );
    const others = callsOf(machine).filter(({ name }) => !opened.has(name));
    for (const { name } of others) expect([name, zygote(name)]).toEqual([name, on(name)]);
    expect(zygote("mknodat", 0, 0, 0o060644)).toBe(verdicts.refuse);
    expect(zygote("ioctl", 0, 0x5412)).toBe(verdicts.refuse);
  });
});

test("on x86-64 a program may ask for wide registers, not for tricks of its own address space", () => {
  const on = asker(seccompProgram("x64"), "x64");
  for (const option of [0x1002, 0x1003, 0x1022, 0x1023])
    expect(on("arch_prctl", option)).toBe(verdicts.allow);
  for (const option of [0x1012, 0x2001, 0x2003, 0x4002, 0x5001])
    expect(on("arch_prctl", option)).toBe(verdicts.noSuchRequest);
});

describe("deciding by halving", () => {
  test("answers each value as a plain look through the spans does, however long the jumps are", () => {
    const kinds = ["allow", "refuse", "absent"] as const;
    const long = (verdict: (typeof kinds)[number]) => [
      ...Array<typeof loadCall>(300).fill(loadCall),
      ...give(verdict),
    ];
    const spans = Array.from({ length: 90 }, (_, at) => {
      const kind = kinds[at % 3] ?? "allow";
      return [at * 7, at * 7 + (at % 5), at % 9 === 0 ? long(kind) : give(kind)] as const;
    });
    const program = encode([loadCall, ...decide(spans, give("kill"))]);
    for (let value = 0; value < 700; value += 1) {
      const span = spans.find(([first, last]) => first <= value && value <= last);
      const expected = span?.[2].at(-1)?.[3] ?? verdicts.kill;
      expect([value, answerOf(program, value, [], 0).verdict]).toEqual([value, expected]);
    }
  });

  test("reaches the first and the last value there is", () => {
    const program = encode([
      loadCall,
      ...decide(
        [
          [0, 0, give("allow")],
          [0xffffffff, 0xffffffff, give("refuse")],
        ],
        give("kill"),
      ),
    ]);
    const of = (value: number): number => answerOf(program, value, [], 0).verdict;
    expect([0, 1, 0xfffffffe, 0xffffffff].map(of)).toEqual([
      verdicts.allow,
      verdicts.kill,
      verdicts.kill,
      verdicts.refuse,
    ]);
  });

  test("does not take two decisions on one value", () => {
    const spans = [
      [0, 5, give("allow")],
      [5, 6, give("refuse")],
    ] as const;
    expect(() => decide(spans, give("kill"))).toThrow("two decisions on 5");
  });
});
