/** Judges measured ratios against the goals: a floor that must hold, a moonshot to aim at. Pure. */
import { valuesOf, type Sample } from "./samples.ts";
import { figure, markdownTable, median, pairedRatios, spread } from "./statistics.ts";

interface Measured {
  readonly target: string;
  readonly measure: string;
}

export interface Goal {
  /** Its name among the goals: "A1". */
  readonly id: string;
  readonly says: string;
  readonly ours: Measured;
  /** Null: the figure is judged as it is, not as a ratio. */
  readonly peer: Measured | null;
  /** "at most": smaller is better. */
  readonly sense: "at most" | "at least";
  readonly floor: number;
  readonly moonshot: number;
}

/** Fewer say nothing: one round in which the peer happened to stand still would decide. */
const fewestRounds = 3;

export type Verdict = "moonshot" | "floor" | "missed" | "too few rounds" | "not measured";

export interface Judged {
  readonly goal: Goal;
  /** One for each round in which both were measured. */
  readonly values: readonly number[];
  readonly verdict: Verdict;
}

export function judge(samples: readonly Sample[], goal: Goal): Judged {
  const ours = valuesOf(samples, goal.ours.target, goal.ours.measure);
  const values =
    goal.peer === null
      ? [...ours.values()]
      : pairedRatios(ours, valuesOf(samples, goal.peer.target, goal.peer.measure));
  return { goal, values, verdict: verdictOf(goal, values) };
}

function verdictOf({ sense, floor, moonshot }: Goal, values: readonly number[]): Verdict {
  if (values.length === 0) return "not measured";
  if (values.length < fewestRounds) return "too few rounds";
  const middle = median(values);
  const meets = (wanted: number): boolean => (sense === "at most" ? middle <= wanted : middle >= wanted);
  if (meets(moonshot)) return "moonshot";
  return meets(floor) ? "floor" : "missed";
}

const held: Readonly<Record<Verdict, string>> = {
  moonshot: "yes, moonshot",
  floor: "yes",
  missed: "**no**",
  "too few rounds": "too few rounds",
  "not measured": "not measured",
};

export function goalTable(samples: readonly Sample[], goals: readonly Goal[]): string {
  const rows = goals.map((goal) => {
    const { values, verdict } = judge(samples, goal);
    const sign = goal.sense === "at most" ? "≤" : "≥";
    return [
      `${goal.id} ${goal.says}`,
      spread(values),
      String(values.length),
      `${sign} ${figure(goal.floor)}`,
      `${sign} ${figure(goal.moonshot)}`,
      held[verdict],
    ];
  });
  return markdownTable(["goal", "ours/peer, median (min–max)", "n", "floor", "moonshot", "held?"], rows);
}
