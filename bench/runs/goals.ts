/** The goals for runs, as performance.md names them (A1 to A8, B1 to B4), each beside what it is measured against. */
import type { Goal } from "../measures/goals.ts";
import { exitOf, firstByteOf } from "./latency.ts";
import { perIdleSession, perLoadedSession, serverAlone } from "./memory.ts";
import { cpuPerRun, rateAt } from "./throughput.ts";

const ours = "ours-server";

interface Row {
  readonly id: string;
  readonly says: string;
  readonly peer: string;
  readonly measure: string;
  readonly floor: number;
  readonly moonshot: number;
  readonly of?: string;
}

const atMost = ({ id, says, peer, measure, floor, moonshot, of = ours }: Row): Goal => ({
  id,
  says,
  ours: { target: of, measure },
  peer: { target: peer, measure },
  sense: "at most",
  floor,
  moonshot,
});

const hello = exitOf("hello");

export const latencyGoals: readonly Goal[] = [
  { id: "A1", says: "hello, exit / bare", peer: "bare", measure: hello, floor: 0.4, moonshot: 0.2 },
  {
    id: "A2",
    says: "hello, first byte / bare",
    peer: "bare",
    measure: firstByteOf("hello"),
    floor: 0.3,
    moonshot: 0.1,
  },
  {
    id: "A3",
    says: "numpy, exit / bare",
    peer: "bare",
    measure: exitOf("numpy"),
    floor: 0.12,
    moonshot: 0.05,
  },
  {
    id: "A3",
    says: "requests, exit / bare",
    peer: "bare",
    measure: exitOf("requests"),
    floor: 0.12,
    moonshot: 0.05,
  },
  {
    id: "A3",
    says: "httpx + pydantic, exit / bare",
    peer: "bare",
    measure: exitOf("httpx"),
    floor: 0.06,
    moonshot: 0.02,
  },
  {
    id: "A4",
    says: "hello first in a new session / bwrap",
    of: "ours-first",
    peer: "bwrap",
    measure: hello,
    floor: 1.5,
    moonshot: 1,
  },
  {
    id: "A5",
    says: "hello / jupyter-ws-warm (not fresh)",
    peer: "jupyter-ws-warm",
    measure: hello,
    floor: 1,
    moonshot: 0.5,
  },
  {
    id: "A6",
    says: "hello / jupyter-ws-restart (fresh)",
    peer: "jupyter-ws-restart",
    measure: hello,
    floor: 0.02,
    moonshot: 0.005,
  },
  { id: "A7", says: "hello / piston-ws", peer: "piston-ws", measure: hello, floor: 0.25, moonshot: 0.1 },
  { id: "A8", says: "hello / srt-lib", peer: "srt-lib", measure: hello, floor: 0.2, moonshot: 0.07 },
].map(atMost);

export const throughputGoals: readonly Goal[] = [
  atMost({
    id: "B1",
    says: "CPU per hello / bare",
    peer: "bare",
    measure: cpuPerRun,
    floor: 0.5,
    moonshot: 0.15,
  }),
  {
    ...atMost({
      id: "B2",
      says: "hello runs/s at 16 / bare",
      peer: "bare",
      measure: rateAt(16),
      floor: 3,
      moonshot: 8,
    }),
    sense: "at least",
  },
  {
    ...atMost({
      id: "B2",
      says: "hello runs/s at 16 / piston-ws",
      peer: "piston-ws",
      measure: rateAt(16),
      floor: 5,
      moonshot: 14,
    }),
    sense: "at least",
  },
];

export const memoryGoals: readonly Goal[] = [
  {
    id: "B3",
    says: "further idle session / idle Jupyter kernel",
    peer: "jupyter-ws-warm",
    measure: perIdleSession,
    floor: 0.2,
    moonshot: 0.1,
  },
  {
    id: "B3",
    says: "the same with numpy+requests loaded",
    peer: "jupyter-ws-warm",
    measure: perLoadedSession,
    floor: 0.9,
    moonshot: 0.25,
  },
  {
    id: "B4",
    says: "server without sessions / jupyter-server",
    peer: "jupyter-ws-warm",
    measure: serverAlone,
    floor: 2,
    moonshot: 1,
  },
].map(atMost);
