/** Reads what runner/site/sources.py tells of who sends requests. Hostile bytes: bounded, never trusted. */
import { Buffer } from "node:buffer";
import type { SourcePlace } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";
import { comparedLength, type SourceReport } from "../gateway/source-report.ts";

export interface SourceReports {
  /** The reports that are whole now, in order. */
  feed(bytes: Uint8Array): readonly SourceReport[];
}

const headLength = 5;
const magic = Buffer.from("OL");
/** PIPE_BUF, so that no two writers mix. */
const pieceLength = 4096;
const linesPerWrite = 16;
/** Twice the most that OpenSSL gives. */
const bindingLength = 256;

export function createSourceReports(): SourceReports {
  let rest = Buffer.alloc(0);
  return {
    feed(bytes) {
      const reports: SourceReport[] = [];
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      while (rest.length >= headLength) {
        const end = headLength + rest.readUInt16LE(3);
        if (!rest.subarray(0, 2).equals(magic) || end > pieceLength) {
          // Something else wrote here: go on where a report could begin.
          const next = rest.indexOf(magic, 1);
          rest = next === -1 ? rest.subarray(-1) : rest.subarray(next);
          continue;
        }
        if (rest.length < end) break;
        const report = read(rest.toString("latin1", 2, 3), fieldsOf(rest.subarray(headLength, end)));
        if (report !== null) reports.push(report);
        rest = rest.subarray(end);
      }
      return reports;
    },
  };
}

/** Each ends with NUL. */
function fieldsOf(payload: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let start = 0, end; (end = payload.indexOf(0, start)) !== -1; start = end + 1)
    fields.push(payload.subarray(start, end));
  return fields;
}

function read(kind: string, fields: readonly Buffer[]): SourceReport | null {
  const words = fields.map((field) => field.toString("latin1"));
  if (kind === "s") return readSent(words, fields);
  return kind === "p" ? readStarted(words, fields) : null;
}

function readSent(words: readonly string[], fields: readonly Buffer[]): SourceReport | null {
  const [binding = "", first, pid, call = "", count] = words;
  const numbers = [whole(first), whole(pid), whole(count)] as const;
  const lines = words.slice(5, 5 + (numbers[2] ?? 0));
  const places = placesIn(fields.slice(5 + lines.length));
  if (numbers.includes(null) || places === null) return null;
  if (!/^[0-9a-f]+$/.test(binding) || binding.length > bindingLength) return null;
  if (lines.length !== numbers[2] || lines.length === 0 || lines.length > linesPerWrite) return null;
  if (call !== "" && !/^\d{1,10}\.\d{1,15}$/.test(call)) return null;
  return {
    kind: "sent",
    binding,
    first: numbers[0] ?? 0,
    pid: numbers[1] ?? 0,
    call: call === "" ? null : call,
    lines: lines.map((line) => line.slice(0, comparedLength)),
    places,
  };
}

function readStarted(words: readonly string[], fields: readonly Buffer[]): SourceReport | null {
  const [pid, itself, command = "", at] = words;
  const numbers = [whole(pid), whole(at)] as const;
  const places = placesIn(fields.slice(4));
  if (numbers.includes(null) || places === null || places.length === 0) return null;
  if (!/^[0-9a-f]{8}$/.test(command)) return null;
  return {
    kind: "started",
    pid: numbers[0] ?? 0,
    itself: itself === "1",
    command,
    atMs: numbers[1] ?? 0,
    places,
  };
}

const whole = (word: string | undefined): number | null =>
  word !== undefined && /^\d{1,15}$/.test(word) ? Number(word) : null;

function placesIn(fields: readonly Buffer[]): readonly SourcePlace[] | null {
  const places: SourcePlace[] = [];
  if (fields.length % 3 !== 0 || fields.length > 3 * limits.sourcePlaces) return null;
  for (let at = 0; at < fields.length; at += 3) {
    const [file, line, named] = [text(fields[at]), whole(text(fields[at + 1])), text(fields[at + 2])];
    if (file === "" || line === null || line < 1 || line > 2 ** 31) return null;
    places.push({
      file: file.slice(-limits.sourceFileLength),
      line,
      function: named.slice(0, limits.sourceFunctionLength),
    });
  }
  return places;
}

const text = (field: Buffer | undefined): string => (field ?? Buffer.alloc(0)).toString("utf8");
