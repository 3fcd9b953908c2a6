/** Which model a program gets when nobody chose one: picked from the catalogue by its properties, never by name. Pure. */
import type { Model } from "../../contract/models.ts";

/** Room for a long program or document, in tokens. */
const roomyContext = 100_000;
/** USD per million tokens: cheaper ones are mostly too small to follow instructions. */
const leastPrice = 0.1;

/**
 * The cheapest model that is roomy and not tiny; else the cheapest that has a price; else the first that is free; else the
 * first. Null for an empty catalogue. Left out where others are to be had: routers (their price is not told, so a program
 * could not say what it will cost), variants ("author/name:free" and the like, which have limits of their own), and models
 * that charge nothing for what they write (embeddings, rankings: they don't write).
 */
export function defaultModel(models: readonly Model[]): string | null {
  const priced = models
    .filter((model) => !isVariant(model) && perMillion(model.completionUsdPerMillion) > 0)
    .map((model) => ({ model, price: blendedPrice(model) }))
    .filter(({ price }) => Number.isFinite(price))
    .sort(
      (a, b) =>
        a.price - b.price || contextOf(b.model) - contextOf(a.model) || compare(a.model.id, b.model.id),
    );
  const capable = priced.find(({ model, price }) => contextOf(model) >= roomyContext && price >= leastPrice);
  const free = models.find((model) => blendedPrice(model) === 0);
  return (capable ?? priced[0])?.model.id ?? free?.id ?? models[0]?.id ?? null;
}

/** A chat reads about three times as much as it writes. NaN where a price is not told. */
const blendedPrice = (model: Model): number =>
  (3 * perMillion(model.promptUsdPerMillion) + perMillion(model.completionUsdPerMillion)) / 4;

/** Only to compare: what is spent is never counted in floats. */
const perMillion = (text: string | null): number => (text === null ? Number.NaN : Number(text));
const contextOf = (model: Model): number => model.contextLength ?? 0;
const isVariant = (model: Model): boolean => model.id.includes(":");
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
