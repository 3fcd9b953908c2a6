/** Filters and orders of `GET /models`, as its query names them. */
import type { Entry } from "./catalogue.ts";

const sorts = [
  "most-popular",
  "newest",
  "top-weekly",
  "pricing-low-to-high",
  "pricing-high-to-low",
  "context-high-to-low",
  "throughput-high-to-low",
  "latency-low-to-high",
  "intelligence-high-to-low",
  "coding-high-to-low",
  "agentic-high-to-low",
  "design-arena-elo-high-to-low",
];

const wholeNumbers: Readonly<Record<string, readonly [number, number]>> = {
  offset: [0, 1_000_000],
  limit: [1, 1_000],
  context: [0, 1e12],
  min_age_days: [0, 1e6],
  max_age_days: [0, 1e6],
};
const numbers = ["min_price", "max_price", "min_output_price", "max_output_price"];

/** What is wrong with a query's numbers or order, or null. */
export function isFiltered(query: URLSearchParams): string | null {
  for (const [name, [least, most]] of Object.entries(wholeNumbers)) {
    const value = query.get(name);
    if (value !== null && !(/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most))
      return `${name}: expected a whole number from ${least} to ${most}`;
  }
  const wrong = numbers.find((name) => query.has(name) && !/^\d+(\.\d+)?$/.test(query.get(name) ?? ""));
  if (wrong !== undefined) return `${wrong}: expected a price in USD per million tokens`;
  const sort = query.get("sort");
  return sort !== null && !sorts.includes(sort) ? `sort: expected one of ${sorts.join(", ")}` : null;
}

/** The models that pass every filter of a checked query. Benchmarks are not simulated, so filters on them pass all. */
export function filterModels(entries: readonly Entry[], query: URLSearchParams): Entry[] {
  const listOf = (name: string): string[] =>
    (query.get(name) ?? "")
      .split(",")
      .map((part) => part.trim().toLowerCase())
      .filter(Boolean);
  const outputs = query.has("output_modalities") ? listOf("output_modalities") : ["text"];
  const inputs = listOf("input_modalities");
  const parameters = listOf("supported_parameters");
  const authors = listOf("model_authors");
  const at = listOf("providers");
  const words = query.get("q")?.toLowerCase() ?? "";
  const architecture = query.get("arch")?.toLowerCase() ?? null;
  return entries.filter(({ wire, providers }) => {
    const { architecture: shape } = wire;
    return (
      (outputs.includes("all") || outputs.some((one) => shape.output_modalities.includes(one))) &&
      inputs.every((one) => shape.input_modalities.includes(one)) &&
      parameters.every((one) => wire.supported_parameters.includes(one)) &&
      (authors.length === 0 || authors.includes(wire.id.split("/")[0] ?? "")) &&
      (at.length === 0 ||
        providers.some(
          (provider) => at.includes(provider.slug) || at.includes(provider.name.toLowerCase()),
        )) &&
      `${wire.id} ${wire.name}`.toLowerCase().includes(words) &&
      (architecture === null || shape.tokenizer.toLowerCase() === architecture) &&
      wire.context_length >= Number(query.get("context") ?? 0) &&
      isWithin(wire.pricing.prompt, query.get("min_price"), query.get("max_price")) &&
      isWithin(wire.pricing.completion, query.get("min_output_price"), query.get("max_output_price"))
    );
  });
}

function isWithin(perToken: string, least: string | null, most: string | null): boolean {
  if (least === null && most === null) return true;
  const perMillion = Number(perToken) * 1e6;
  // A router's price is not known, so it fits no range.
  if (perMillion < 0) return false;
  return (
    (least === null || perMillion >= Number(least) - 1e-9) &&
    (most === null || perMillion <= Number(most) + 1e-9)
  );
}

/** Orders by what the simulator knows; for popularity and benchmarks the catalogue's own order stands. */
export function sortModels(entries: readonly Entry[], sort: string | null): Entry[] {
  const price = (entry: Entry): number => Number(entry.wire.pricing.prompt);
  const by: Record<string, (one: Entry, other: Entry) => number> = {
    newest: (one, other) => other.wire.created - one.wire.created,
    "pricing-low-to-high": (one, other) => price(one) - price(other),
    "pricing-high-to-low": (one, other) => price(other) - price(one),
    "context-high-to-low": (one, other) => other.wire.context_length - one.wire.context_length,
  };
  const order = sort === null ? undefined : by[sort];
  return order ? [...entries].sort(order) : [...entries];
}
