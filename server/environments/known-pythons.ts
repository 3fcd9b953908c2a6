/** What is known of this machine's interpreters and what they have installed: looked up when it is needed, and again later. */
import { refused, type Result } from "../../contract/failures.ts";
import type { Clock } from "../clock.ts";
import type { Sandbox, SandboxFailure } from "../sandbox/sandbox.ts";
import { describe, type Described } from "./describe.ts";
import { findInterpreters, type FindParts, type Interpreter } from "./interpreters.ts";

export interface KnownPythons {
  /** The first is the one that programs get when nothing is chosen. */
  all(): Promise<readonly Interpreter[]>;
  /** What it has installed; the answer may be as old as the last question, and then it is looked up anew. */
  describe(interpreter: Interpreter): Promise<Result<Described, SandboxFailure>>;
}

/** Somebody may install an interpreter or a package while the server runs. */
const freshMs = 60_000;

export function createKnownPythons(sandbox: Sandbox, find: FindParts, clock: Clock): KnownPythons {
  /** What is old is still answered while it is looked up anew: nobody who types waits for that. */
  const remember = <T>(look: () => Promise<T>): (() => Promise<T>) => {
    let known: Promise<T> | null = null;
    let lookedAt = 0;
    return () => {
      if (known !== null && clock.monotonic() - lookedAt <= freshMs) return known;
      const before = known;
      lookedAt = clock.monotonic();
      const found = look();
      if (before === null) known = found;
      found.then(
        () => (known = found),
        // What failed is not remembered.
        () => (known = before),
      );
      return before ?? found;
    };
  };
  const all = remember(() => findInterpreters(find));
  const descriptions = new Map<string, () => Promise<Result<Described, SandboxFailure>>>();
  return {
    all,
    describe(interpreter) {
      const { trouble, place } = interpreter;
      if (trouble !== null)
        return Promise.resolve(refused({ says: trouble, hint: "Choose another interpreter." }));
      const known = descriptions.get(place.path) ?? remember(() => describe(sandbox, place));
      descriptions.set(place.path, known);
      return known();
    },
  };
}
