/** The goals for the gateway, as performance.md names them (D1 to D8). */
import type { Goal } from "../measures/goals.ts";
import { firstCall } from "./first-call.ts";
import { measures } from "./measure.ts";

const most = "at most" as const;
const against = (peer: string, measure: string): Pick<Goal, "ours" | "peer"> => ({
  ours: { target: "ours", measure },
  peer: { target: peer, measure },
});

export const gatewayGoals: readonly Goal[] = [
  {
    id: "D1",
    says: "JSON call, added p50 / mockttp's",
    ...against("mockttp", measures.added(1)),
    sense: most,
    floor: 0.8,
    moonshot: 0.3,
  },
  {
    id: "D1",
    says: "the same / mitmproxy's",
    ...against("mitmproxy", measures.added(1)),
    sense: most,
    floor: 0.35,
    moonshot: 0.12,
  },
  {
    id: "D2",
    says: "the same / node-pipe's",
    ...against("node-pipe", measures.added(1)),
    sense: most,
    floor: 1.3,
    moonshot: 0.5,
  },
  {
    id: "D3",
    says: "paced stream, added way p50 / mitmproxy's",
    ...against("mitmproxy", measures.wayAdded(1)),
    sense: most,
    floor: 0.6,
    moonshot: 0.25,
  },
  {
    id: "D3",
    says: "TTFB at 100 streams / portkey (plain)",
    ...against("portkey", measures.firstByte(100)),
    sense: most,
    floor: 0.1,
    moonshot: 0.03,
  },
  {
    id: "D4",
    says: "100 paced streams, way p50 / direct",
    ...against("direct", measures.way(100)),
    sense: most,
    floor: 4,
    moonshot: 1.5,
  },
  {
    id: "D5",
    says: "CPU per stream of 200 chunks / mitmproxy",
    ...against("mitmproxy", measures.cpuPerStream),
    sense: most,
    floor: 0.25,
    moonshot: 0.1,
  },
  {
    id: "D5",
    says: "the same / portkey (plain)",
    ...against("portkey", measures.cpuPerStream),
    sense: most,
    floor: 0.5,
    moonshot: 0.2,
  },
  {
    id: "D6",
    says: "memory at the end / mockttp",
    ...against("mockttp", measures.memory),
    sense: most,
    floor: 0.6,
    moonshot: 0.3,
  },
  {
    id: "D7",
    says: "first call over a 40 ms line / straight",
    ...against("direct", firstCall),
    sense: most,
    floor: 0.65,
    moonshot: 0.45,
  },
  {
    id: "D8",
    says: "share of calls recorded and priced, 100 at once",
    ours: { target: "ours", measure: measures.priced },
    peer: null,
    sense: "at least",
    floor: 1,
    moonshot: 1,
  },
];
