/** Puts together what a program shows, from the pieces that runner/site/results.py writes. Hostile bytes: bounded, never trusted. */
import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import type { JobResult } from "./sandbox.ts";

export interface ResultPieces {
  /** The results that are whole now, in order; `name` is what its mark in the output says. */
  feed(bytes: Uint8Array): { readonly name: string; readonly result: JobResult }[];
}

const headLength = 13;
const magic = Buffer.from("OR");
/** Of one result; the supervisor sends no more. */
const resultBytes = 64 * 2 ** 20;
/** Results that may be under way at once, by different processes. */
const openResults = 16;

const Head = z.object({
  kind: z.enum(["shown", "file"]),
  mediaType: z.nullable(z.string().check(z.maxLength(100))),
  name: z.nullable(z.string().check(z.maxLength(1024))),
  size: z.int().check(z.gte(0)),
  note: z.nullable(z.string().check(z.maxLength(300))),
});

interface Open {
  readonly head: z.infer<typeof Head>;
  readonly parts: Buffer[];
  length: number;
}

export function createResultPieces(): ResultPieces {
  let rest = Buffer.alloc(0);
  const open = new Map<string, Open>();

  function take(kind: string, name: string, payload: Buffer): JobResult | null {
    if (kind === "b") {
      const head = Head.safeParse(parsed(payload));
      if (head.success && open.size < openResults) open.set(name, { head: head.data, parts: [], length: 0 });
      return null;
    }
    const known = open.get(name);
    if (known === undefined) return null;
    if (kind === "m") {
      known.length += payload.length;
      if (known.length <= resultBytes) known.parts.push(Buffer.from(payload));
      else known.parts.length = 0;
      return null;
    }
    open.delete(name);
    const isWhole = payload.toString("latin1") === "1" && known.length <= resultBytes;
    const { head } = known;
    return {
      kind: head.kind,
      mediaType: head.mediaType,
      name: head.name?.replaceAll("\0", "\\x00") ?? null,
      bytes: isWhole ? Buffer.concat(known.parts) : null,
      sizeBytes: head.size,
      note: head.note ?? (isWhole ? null : "Not taken."),
    };
  }

  return {
    feed(bytes) {
      const whole = [];
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      while (rest.length >= headLength) {
        if (!rest.subarray(0, 2).equals(magic)) {
          // Something else wrote here: go on where a piece could begin.
          const next = rest.indexOf(magic, 1);
          rest = next === -1 ? rest.subarray(-1) : rest.subarray(next);
          continue;
        }
        const end = headLength + rest.readUInt16LE(11);
        if (rest.length < end) break;
        const name = `${rest.readUInt32LE(3)}.${rest.readUInt32LE(7)}`;
        const result = take(rest.toString("latin1", 2, 3), name, rest.subarray(headLength, end));
        if (result !== null) whole.push({ name, result });
        rest = rest.subarray(end);
      }
      return whole;
    },
  };
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("latin1"));
  } catch {
    return null;
  }
}
