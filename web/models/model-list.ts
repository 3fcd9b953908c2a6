/** How models are searched and how their figures are written. Pure. */
import { limits } from "../../contract/limits.ts";
import type { Model } from "../../contract/models.ts";

/** The models whose name or id holds every word of the query; those whose id or name begins with it come first. */
export function matchModels(models: readonly Model[], query: string): readonly Model[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return models;
  const matches = models.filter((model) => {
    const text = `${model.id} ${model.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  // Stable: within a rank the catalogue's own order stays.
  return matches.toSorted((one, other) => rank(one, first) - rank(other, first));
}

function rank(model: Model, word: string): number {
  const id = model.id.toLowerCase();
  if (id === word) return 0;
  const slug = id.slice(id.indexOf("/") + 1);
  return id.startsWith(word) || slug.startsWith(word) || model.name.toLowerCase().startsWith(word) ? 1 : 2;
}

/** What may be sent as a model id (the same rule as the contract's SetModel). */
export function isModelId(text: string): boolean {
  return /^[^\s\p{Cc}]+$/u.test(text) && text.length <= limits.modelIdLength && text.includes("/");
}

/** Whether neither prompt nor completion costs anything. */
export function isFree(model: Model): boolean {
  return isZero(model.promptUsdPerMillion) && isZero(model.completionUsdPerMillion);
}

/** "$3 / $15" for a million tokens in and out, "free", or "price varies" where OpenRouter does not tell one. */
export function priceWords(model: Model): string {
  const { promptUsdPerMillion: prompt, completionUsdPerMillion: completion } = model;
  if (prompt === null || completion === null) return "price varies";
  if (isFree(model)) return "free";
  return `${dollars(prompt)} / ${dollars(completion)}`;
}

/** A context length as people say it: "128K", "1M", "4,096"; "" when it is not told. */
export function contextWords(tokens: number | null): string {
  if (tokens === null) return "";
  if (tokens >= 999_500) return `${trimmed((tokens / 1_000_000).toFixed(1))}M`;
  if (tokens >= 10_000) return `${Math.round(tokens / 1000)}K`;
  return tokens.toLocaleString("en");
}

function isZero(usd: string | null): boolean {
  return usd !== null && !/[1-9]/.test(usd);
}

/** Decimal text as it stands, but without idle zeros, and cents in two digits: "3", "0.15", "0.075", "2.50". */
function dollars(usd: string): string {
  const [whole = "0", fraction = ""] = usd.split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits === "" ? `$${whole}` : `$${whole}.${digits.padEnd(2, "0")}`;
}

function trimmed(text: string): string {
  return text.replace(/\.0$/, "");
}
