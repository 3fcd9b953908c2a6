/** The physical reference: Debian's python3, spawned by the harness with nothing around it. */
import { python, spawningTarget } from "./spawning.ts";
import type { TargetKind } from "./target.ts";

export const bare: TargetKind = {
  name: "bare",
  says: `\`${python} main.py\`, spawned by the harness`,
  mark: "",
  isSlow: false,
  prepare: async () => ({
    ok: true,
    target: await spawningTarget("bare", () => ({ file: python, args: ["main.py"] })),
  }),
};
