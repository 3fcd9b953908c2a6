/** Finds whose list price a call follows: the model asked for may be a variant of the one that names itself in the reply. */
import type { PriceList } from "../openrouter/client.ts";
import type { Catalogued } from "./bill.ts";

/** Null when there is no list at hand, or neither model is on it. */
export async function findListing(
  prices: PriceList | null,
  answered: string | null,
  asked: string | null,
): Promise<Catalogued | null> {
  if (prices === null) return null;
  const wanted = asked === null ? null : await prices.listing(asked);
  if (answered === null) return wanted;
  const { id, canonicalSlug } = wanted?.listing ?? { id: null, canonicalSlug: null };
  const plain = (name: string | null): string | null => name?.split(":", 1)[0] ?? null;
  const isSame = [id, canonicalSlug].some((name) => name !== null && plain(name) === plain(answered));
  return isSame ? wanted : prices.listing(answered);
}
