/** The one-letter notes that the supervisor sends beside a program's output. Pure. */

export interface Notes {
  /** The program's first line comes next. */
  readonly runs: boolean;
  /** It waits on its standard input, as far as the last note says. */
  readonly waits: boolean;
  /** Python came to its regular end, or to that of an unhandled KeyboardInterrupt; null: it did not. */
  readonly end: "exit" | "keyboard-interrupt" | null;
  /** Why the program could not be made ready; null: it could, or it is not known yet. */
  readonly failure: string | null;
}

export const noNotes: Notes = { runs: false, waits: false, end: null, failure: null };

/** A failure's text at most; what follows is not looked at. */
const failureLength = 1000;

/** What is known after these bytes. A program may write here what it likes: unknown letters mean nothing. */
export function readNotes(before: Notes, bytes: Uint8Array): Notes {
  let notes = before;
  if (notes.failure !== null) {
    return { ...notes, failure: (notes.failure + Buffer.from(bytes).toString()).slice(0, failureLength) };
  }
  for (const [at, letter] of bytes.entries()) {
    if (letter === code.failed && !notes.runs) {
      return {
        ...notes,
        failure: Buffer.from(bytes.subarray(at + 1))
          .toString()
          .slice(0, failureLength),
      };
    }
    if (letter === code.runs) notes = { ...notes, runs: true };
    else if (letter === code.waits) notes = { ...notes, waits: true };
    else if (letter === code.goesOn) notes = { ...notes, waits: false };
    else if (letter === code.exits) notes = { ...notes, end: "exit" };
    else if (letter === code.interrupted) notes = { ...notes, end: "keyboard-interrupt" };
  }
  return notes;
}

const code = {
  runs: "R".charCodeAt(0),
  waits: "W".charCodeAt(0),
  goesOn: "w".charCodeAt(0),
  exits: "E".charCodeAt(0),
  interrupted: "K".charCodeAt(0),
  failed: "F".charCodeAt(0),
};
