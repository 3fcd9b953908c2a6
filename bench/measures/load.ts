/** Says how busy the machine is, so that a reader of the figures knows what they were measured under. */
import { availableParallelism, loadavg } from "node:os";

/** "load 3.2 on 2 processors": runnable tasks, averaged over the last minute. */
export const loadNow = (): string =>
  `load ${(loadavg()[0] ?? NaN).toFixed(1)} on ${availableParallelism()} processors`;
