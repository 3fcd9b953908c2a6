/** Classic BPF as seccomp takes it (struct sock_filter, 8 bytes each), and the one way in which our filter decides. Pure. */
import { Buffer } from "node:buffer";

export type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** Instructions that end with a verdict whichever way is taken. */
export type Decision = readonly Instruction[];

/** A decision about the values from `first` to `last`, both included; all are unsigned 32-bit numbers. */
export type Span = readonly [first: number, last: number, decision: Decision];

/** SECCOMP_RET_* of linux/seccomp.h, with errno in the low half. */
export const verdicts = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  /** EPERM */
  refuse: 0x00050001,
  /** EINVAL */
  noSuchRequest: 0x00050016,
  /** ENOTTY */
  noSuchControl: 0x00050019,
  /** ENOSYS */
  absent: 0x00050026,
  /** ENOPROTOOPT */
  noSuchOption: 0x0005005c,
  /** EPROTONOSUPPORT */
  noSuchProtocol: 0x0005005d,
  /** EAFNOSUPPORT */
  noSuchFamily: 0x00050061,
} as const;

/** Offsets in struct seccomp_data. */
export const loadCall: Instruction = [0x20, 0, 0, 0];
export const loadArchitecture: Instruction = [0x20, 0, 0, 4];
/** The low half of an argument, which is the whole of an int: the kernel does not look at the other. */
export const loadArgument = (index: number): Instruction => [0x20, 0, 0, 16 + 8 * index];

/** BPF_ALU | BPF_AND | BPF_K */
export const keepBits = (bits: number): Instruction => [0x54, 0, 0, bits];

/** BPF_RET | BPF_K */
export const give = (verdict: keyof typeof verdicts): Decision => [[0x06, 0, 0, verdicts[verdict]]];

/** BPF_JMP | BPF_JSET | BPF_K */
export const ifAnyBit = (bits: number, then: Decision, otherwise: Decision): Decision => [
  [0x45, 0, near(then.length), bits],
  ...then,
  ...otherwise,
];

/** Decides by the value that was loaded last, in as many comparisons as halving takes. Throws when spans overlap. */
export function decide(spans: readonly Span[], otherwise: Decision): Decision {
  const steps: [number, Decision][] = [[0, otherwise]];
  const from = (first: number, decision: Decision): void => {
    if (steps.at(-1)?.[0] === first) steps.pop();
    if (steps.at(-1)?.[1] !== decision && first <= 0xffffffff) steps.push([first, decision]);
  };
  let reached = -1;
  for (const [first, last, decision] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (first <= reached || last < first) throw new Error(`two decisions on ${first}`);
    reached = last;
    from(first, decision);
    from(last + 1, otherwise);
  }
  return halve(steps);
}

function halve(steps: readonly (readonly [number, Decision])[]): Decision {
  const middle = Math.floor(steps.length / 2);
  const pivot = steps[middle];
  if (pivot === undefined) throw new Error("nothing to decide between");
  if (middle === 0) return pivot[1];
  const below = halve(steps.slice(0, middle));
  return [...skipUnlessBelow(pivot[0], below.length), ...below, ...halve(steps.slice(middle))];
}

/** BPF_JMP | BPF_JGE | BPF_K; its offsets have 8 bits, so a longer way goes by BPF_JMP | BPF_JA, which has 32. */
function skipUnlessBelow(value: number, length: number): Instruction[] {
  if (length <= 0xff) return [[0x35, length, 0, value]];
  return [
    [0x35, 0, 1, value],
    [0x05, 0, 0, length],
  ];
}

function near(length: number): number {
  if (length > 0xff) throw new Error("a jump that is too long for its instruction");
  return length;
}

export function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, at * 8 + 4);
  }
  return bytes;
}
