/** How much of a ceiling is held, as a small bar beside the words that say it. */
import type { Held } from "./spending.ts";

/** From this share on a bar warns. */
const nearShare = 0.85;

export function HeldBar({ held: { share } }: { readonly held: Pick<Held, "share"> }) {
  const kind = share >= 1 ? "full" : share >= nearShare ? "near" : "";
  return (
    <i class={`held-bar ${kind}`} aria-hidden="true">
      <b style={{ width: `${Math.min(100, Math.max(share > 0 ? 2 : 0, share * 100))}%` }} />
    </i>
  );
}
