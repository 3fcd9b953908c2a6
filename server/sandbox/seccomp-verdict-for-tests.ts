/** For tests: what a filter answers, found by running its instructions as a kernel does. */
import { Buffer } from "node:buffer";

export interface Answer {
  readonly verdict: number;
  /** How many instructions it took. */
  readonly steps: number;
}

/** A kernel's reading of classic BPF, for the instructions that our programs have; throws at any other, and past the end. */
export function answerOf(
  program: Buffer,
  call: number,
  args: readonly (bigint | number)[],
  architecture: number,
): Answer {
  const facts = Buffer.alloc(64);
  facts.writeUInt32LE(call >>> 0, 0);
  facts.writeUInt32LE(architecture, 4);
  args.forEach((argument, index) => facts.writeBigUInt64LE(BigInt(argument), 16 + 8 * index));
  let accumulator = 0;
  for (let at = 0, steps = 1; at < program.length / 8; at += 1, steps += 1) {
    const code = program.readUInt16LE(at * 8);
    const ifTrue = program.readUInt8(at * 8 + 2);
    const ifFalse = program.readUInt8(at * 8 + 3);
    const operand = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = facts.readUInt32LE(operand);
    else if (code === 0x54) accumulator = (accumulator & operand) >>> 0;
    else if (code === 0x05) at += operand;
    else if (code === 0x35) at += accumulator >= operand ? ifTrue : ifFalse;
    else if (code === 0x45) at += (accumulator & operand) === 0 ? ifFalse : ifTrue;
    else if (code === 0x06) return { verdict: operand, steps };
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("the program ended without a verdict");
}
