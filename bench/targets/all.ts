/** Every target by name, in the order in which they are opened. */
import { bare } from "./bare.ts";
import { bwrap } from "./bwrap.ts";
import { jupyterRestart, jupyterWarm } from "./jupyter.ts";
import { oursSandbox } from "./ours-sandbox.ts";
import { oursFirst, oursServer } from "./ours-server.ts";
import { srtLib } from "./srt-lib.ts";
import type { TargetKind } from "./target.ts";

export const allTargets: readonly TargetKind[] = [
  bare,
  bwrap,
  srtLib,
  jupyterWarm,
  jupyterRestart,
  oursServer,
  oursFirst,
  oursSandbox,
];

/** Peers that can't be measured here at all, with the reason; the tables say so. */
export const outOfReach: readonly string[] = [
  "piston-ws: Piston comes as a container image and from a repository that no package registry serves",
];
