/** The notes that the supervisor sends beside a program's output: runner/site/program.py and streams.py. Pure. */

export interface Notes {
  /** CLOCK_MONOTONIC in ns when the program's first line came next; null: not yet. */
  readonly beganNs: bigint | null;
  /** It waits on its standard input, as far as the last note says. */
  readonly waits: boolean;
  /** Why the program could not be made ready; null: it could, or it is not known yet. */
  readonly failure: string | null;
  /** What may be the beginning of a longer note. */
  readonly rest: string;
}

export const noNotes: Notes = { beganNs: null, waits: false, failure: null, rest: "" };

/** A failure's text at most; what follows is not looked at. */
const failureLength = 1000;

/** What is known after these bytes. A program may write here what it likes: it began once, and unknown letters mean nothing. */
export function readNotes(before: Notes, bytes: Uint8Array): Notes {
  const text = Buffer.from(bytes).toString("utf8");
  if (before.beganNs === null) return readBeginning({ ...before, rest: "" }, before.rest + text);
  const last = Math.max(text.lastIndexOf("W"), text.lastIndexOf("w"));
  return last === -1 ? before : { ...before, waits: text[last] === "W" };
}

function readBeginning(before: Notes, text: string): Notes {
  if (text.startsWith("F")) {
    const failure = text.slice(1, 1 + failureLength);
    return { ...before, failure, rest: text.slice(0, 1 + failureLength) };
  }
  const began = /^R(\d{1,20});/.exec(text);
  if (began === null) return { ...before, rest: text.slice(0, failureLength) };
  const after = text.slice(began[0].length);
  return readNotes({ ...before, beganNs: BigInt(began[1] ?? "0") }, Buffer.from(after));
}
