/** The goals for output, as performance.md names them (C1 to C4). */
import type { Goal } from "../measures/goals.ts";
import { bulkMeasures, measures } from "./measure.ts";

const target = "ours-server";
const against = (peer: string, measure: string): Pick<Goal, "ours" | "peer"> => ({
  ours: { target, measure },
  peer: { target: peer, measure },
});
const alone = (measure: string): Pick<Goal, "ours" | "peer"> => ({ ours: { target, measure }, peer: null });
const least = "at least" as const;
const most = "at most" as const;

export const outputGoals: readonly Goal[] = [
  {
    id: "C1",
    says: "10⁶ lines, MB/s / bare pipe",
    ...against("bare", measures.speed),
    sense: least,
    floor: 0.7,
    moonshot: 1,
  },
  {
    id: "C1",
    says: "the same / jupyter-ws-nolimit",
    ...against("jupyter-ws-nolimit", measures.speed),
    sense: least,
    floor: 5,
    moonshot: 7,
  },
  {
    id: "C1",
    says: "the same / ws-relay -u",
    ...against("ws-relay -u", measures.speed),
    sense: least,
    floor: 12,
    moonshot: 18,
  },
  {
    id: "C2",
    says: "share of the lines that arrives",
    ...alone(measures.share),
    sense: least,
    floor: 1,
    moonshot: 1,
  },
  {
    id: "C2",
    says: "the same at 10⁸ bytes",
    ...alone(bulkMeasures.share),
    sense: least,
    floor: 1,
    moonshot: 1,
  },
  {
    id: "C3",
    says: "unflushed print, p50 / jupyter-ws-warm",
    ...against("jupyter-ws-warm", measures.unflushedHalf),
    sense: most,
    floor: 0.2,
    moonshot: 0.05,
  },
  {
    id: "C3",
    says: "unflushed print, p99 / its p99",
    ...against("jupyter-ws-warm", measures.unflushedMost),
    sense: most,
    floor: 0.2,
    moonshot: 0.03,
  },
  {
    id: "C4",
    says: "flushed print, p50 / ws-relay",
    ...against("ws-relay", measures.flushedHalf),
    sense: most,
    floor: 1.3,
    moonshot: 1,
  },
];
