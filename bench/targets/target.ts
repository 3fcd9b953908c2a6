/** What every measured thing looks like to the harness: prepare, run a program, close. */
import type { Program } from "../runs/programs.ts";
import type { Kind } from "./kind.ts";

/** From handing the program over, ms. */
export interface Timing {
  readonly firstByteMs: number;
  /** Until the client knows that the program has ended and has all of its output. */
  readonly exitMs: number;
}

/** Whose CPU and memory count for a target. */
export type Uses =
  /** Commands that the harness spawns and waits for. */
  | { readonly kind: "commands" }
  /** This process with everything below it. */
  | { readonly kind: "server"; readonly pid: number }
  /** The harness's own process, which can't be told from the client. */
  | { readonly kind: "within" };

export interface Target extends AsyncDisposable {
  /**
   * Runs a program and checks what it printed. Lanes are for runs at the same time: each lane runs one after another.
   * Throws when the output is not the program's.
   */
  run(program: Program, lane: number): Promise<Timing>;
  /** What happens before the key is pressed, untimed: lanes below this number exist, and the program is known. */
  ready(program: Program, lanes: number): Promise<void>;
  /** Opens one more session that has this program before it, ran it once and keeps what it keeps; null where there are none. */
  readonly hold: ((program: Program) => Promise<void>) | null;
  readonly uses: Uses;
  /** CPU time of processes that nobody waits for, and that therefore no process tree tells, so far, ms. */
  readonly toldCpuMs?: () => number;
  /** Programs at the same time that it is meant for. */
  readonly mostLanes: number;
}

export type TargetKind = Kind<Target>;

/** For targets that know nothing of a program before it is run. */
export const nothingBefore = {
  ready: () => Promise.resolve(),
  hold: null,
} as const satisfies Pick<Target, "ready" | "hold">;

/** Throws unless the program brought what it prints. */
export function check(who: string, program: Program, arrived: string): void {
  if (arrived === program.prints) return;
  throw new Error(`${who} brought ${JSON.stringify(arrived.slice(0, 500))} of ${program.name}`);
}
