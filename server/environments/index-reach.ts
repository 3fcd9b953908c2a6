/** Whether the package index answers: asked when it matters, and remembered for a moment. */
import type { Clock } from "../clock.ts";
import { askIndex, lacksProject, type IndexDialer } from "./index-dialer.ts";
import type { PackageIndex } from "../package-index.ts";

export interface IndexReach {
  /** Null when it answers, else why not, in words. */
  check(): Promise<string | null>;
  /** Those of the projects that it says it does not have. */
  lacking(projects: readonly string[]): Promise<ReadonlySet<string>>;
  /** What it said last, or null when it was not asked yet. */
  last(): { readonly trouble: string | null } | null;
}

const rememberedMs = 30_000;

export function createIndexReach(index: PackageIndex, dialer: IndexDialer, clock: Clock): IndexReach {
  let last: { readonly at: number; readonly trouble: string | null } | null = null;
  let asking: Promise<string | null> | null = null;
  return {
    last: () => last,
    async lacking(projects) {
      const lacks = await Promise.all(projects.map((project) => lacksProject(dialer, index, project)));
      return new Set(projects.filter((_, at) => lacks[at]));
    },
    check() {
      // Bad news is not kept: whoever mended the network wants to see it at once.
      if (last !== null && last.trouble === null && clock.monotonic() - last.at < rememberedMs)
        return Promise.resolve(null);
      asking ??= askIndex(dialer, index).then((trouble) => {
        last = { at: clock.monotonic(), trouble };
        asking = null;
        return trouble;
      });
      return asking;
    },
  };
}
