/** What is known of this machine's interpreters and what they have installed: looked up when it is needed, and again later. */
import { refused, type Result } from "../../contract/failures.ts";
import type { Clock } from "../clock.ts";
import type { Sandbox, SandboxFailure } from "../sandbox/sandbox.ts";
import { describe, type Described } from "./describe.ts";
import { findInterpreters, type FindParts, type Interpreter } from "./interpreters.ts";

export interface KnownPythons {
  /** The first is the one that programs get when nothing is chosen. */
  all(): Promise<readonly Interpreter[]>;
  /** What it has installed; the answer may be a minute old. */
  describe(interpreter: Interpreter): Promise<Result<Described, SandboxFailure>>;
}

/** Somebody may install an interpreter or a package while the server runs. */
const freshMs = 60_000;

export function createKnownPythons(sandbox: Sandbox, find: FindParts, clock: Clock): KnownPythons {
  const remember = <T>(look: () => Promise<T>): (() => Promise<T>) => {
    let last: { readonly at: number; readonly found: Promise<T> } | null = null;
    return () => {
      if (last === null || clock.monotonic() - last.at > freshMs)
        last = { at: clock.monotonic(), found: look() };
      const { found } = last;
      // What failed is not remembered.
      found.catch(() => (last = null));
      return found;
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
