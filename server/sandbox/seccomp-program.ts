/** Builds the sandbox's seccomp filter, in the classic BPF that bwrap loads (struct sock_filter, 8 bytes each). Pure. */
import { Buffer } from "node:buffer";
import {
  absentCalls,
  auditArchitecture,
  firstUnknownCall,
  forbiddenCalls,
  judgedCall,
  type Machine,
} from "./seccomp-rules.ts";

const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const jumpNotLess = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const jumpAnyBit = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const give = 0x06; // BPF_RET | BPF_K

/** SECCOMP_RET_* of linux/seccomp.h, with errno in the low half. */
export const verdicts = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  /** EPERM */
  refuse: 0x00050001,
  /** ENOSYS */
  absent: 0x00050026,
  /** EAFNOSUPPORT */
  noSuchFamily: 0x00050061,
} as const;

/** Offsets in struct seccomp_data; the low half of an argument, which is the whole of an int. */
const callOffset = 0;
const architectureOffset = 4;
const argumentOffset = (index: number): number => 16 + 8 * index;

/** CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET} */
const newNamespaces = 0x7e020080;
/** AF_UNIX, AF_INET, AF_INET6 */
const families = [1, 2, 10];
const netlinkFamily = 16;
/** TIOCSTI and TIOCLINUX put input into a terminal, TIOCCONS takes the console. */
const terminalTricks = [0x5412, 0x541c, 0x541d];

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

export function seccompProgram(machine: Machine): Buffer {
  const check = (name: Parameters<typeof judgedCall>[0], body: readonly Instruction[]): Instruction[] => [
    [jumpEqual, 0, body.length, judgedCall(name, machine)],
    ...body,
  ];
  const program: Instruction[] = [
    [load, 0, 0, architectureOffset],
    [jumpEqual, 1, 0, auditArchitecture[machine]],
    [give, 0, 0, verdicts.kill],
    [load, 0, 0, callOffset],
    // The numbers of the x32 variant, which all have bit 30, are above it too.
    [jumpNotLess, 0, 1, firstUnknownCall],
    [give, 0, 0, verdicts.absent],
    ...[...forbiddenCalls(machine).values()].flatMap((call) => when(call, verdicts.refuse)),
    ...[...absentCalls(machine).values()].flatMap((call) => when(call, verdicts.absent)),
    ...check("clone", [
      [load, 0, 0, argumentOffset(0)],
      [jumpAnyBit, 0, 1, newNamespaces],
      [give, 0, 0, verdicts.refuse],
      [give, 0, 0, verdicts.allow],
    ]),
    ...check("socket", [
      [load, 0, 0, argumentOffset(0)],
      ...families.flatMap((family) => when(family, verdicts.allow)),
      [jumpEqual, 1, 0, netlinkFamily],
      [give, 0, 0, verdicts.noSuchFamily],
      [load, 0, 0, argumentOffset(2)],
      // Protocol 0 is route netlink, which lists interfaces.
      ...when(0, verdicts.allow),
      [give, 0, 0, verdicts.noSuchFamily],
    ]),
    ...check("ioctl", [
      // The kernel looks at the low half of the request only, so high bits change nothing.
      [load, 0, 0, argumentOffset(1)],
      ...terminalTricks.flatMap((request) => when(request, verdicts.refuse)),
      [give, 0, 0, verdicts.allow],
    ]),
    ...check("personality", [
      [load, 0, 0, argumentOffset(0)],
      ...when(0xffffffff, verdicts.allow),
      [give, 0, 0, verdicts.refuse],
    ]),
    [give, 0, 0, verdicts.allow],
  ];
  return Buffer.concat(program.map(encode));
}

const when = (value: number, verdict: number): Instruction[] => [
  [jumpEqual, 0, 1, value],
  [give, 0, 0, verdict],
];

function encode([code, ifTrue, ifFalse, operand]: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(operand >>> 0, 4);
  return bytes;
}
