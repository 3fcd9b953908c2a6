/** The lines of a bill in words: what was counted, at what price, who told it. Pure. */
import type { Bill, BillItem, BillLine } from "../../contract/calls.ts";
import { formatAgo, formatCount } from "../shell/format.ts";

export const itemWords: Readonly<Record<BillItem, string>> = {
  request: "Request",
  prompt: "Prompt",
  "prompt-audio": "Sound in the prompt",
  "prompt-video": "Video in the prompt",
  "cached-read": "Prompt, read from cache",
  "cache-write": "Prompt, written to cache",
  reasoning: "Reasoning",
  completion: "Completion",
  "completion-images": "Images in the answer",
  "completion-audio": "Sound in the answer",
  search: "Web search",
  tools: "Server tools",
  fee: "OpenRouter's fee",
};

/** What one unit of an item is; everything else is counted in tokens. */
const units: Readonly<Partial<Record<BillItem, readonly [one: string, many: string]>>> = {
  request: ["request", "requests"],
  search: ["search", "searches"],
  tools: ["call", "calls"],
  fee: ["", ""],
};

/** "1,234 tokens × $0.0000004"; only what is known of it. */
export function unitsWords({ item, units: count, unitPriceUsd }: BillLine): string {
  const [one, many] = units[item] ?? ["token", "tokens"];
  const counted = count === null ? "" : `${formatCount(count)} ${count === 1 ? one : many}`.trim();
  const price = unitPriceUsd === null ? "" : `$${unitPriceUsd}`;
  return [counted, price].filter((part) => part !== "").join(" × ");
}

/** A price of a token as people quote it: "$0.40 per million". */
export function perMillion({ item, unitPriceUsd }: BillLine): string | null {
  if (unitPriceUsd === null || units[item] !== undefined) return null;
  const [whole = "0", fraction = ""] = unitPriceUsd.split(".");
  const moved = whole + fraction.padEnd(6, "0").slice(0, 6);
  const rest = fraction.slice(6).replace(/0+$/, "");
  const digits = moved.replace(/^0+(?=\d)/, "");
  return `$${digits}.${rest.padEnd(2, "0")} per million`;
}

export const sourceWords = { catalogue: "list price", wire: "told by the reply" } as const;

/** Null when the lines explain all of it. */
export function remainderWords({ remainderUsd, catalogue }: Bill): string | null {
  if (/^-?0*(\.0*)?$/.test(remainderUsd)) return null;
  if (catalogue === null) return "Not explained: no list price was at hand";
  return remainderUsd.startsWith("-")
    ? "Charged less than the list price"
    : "Not explained by the list price";
}

/** Where the figures come from, as sentences. */
export function originWords(bill: Bill, simulated: boolean, now: number): readonly string[] {
  const told =
    bill.toldBy === "reply"
      ? "The reply itself told the total."
      : `${simulated ? "The simulator" : "OpenRouter"} told the total afterwards, when asked for this generation.`;
  if (bill.catalogue === null) return [told];
  const ago = formatAgo(bill.catalogue.fetchedAt, now);
  const when = /^\d+ (min|h)$/.test(ago) ? `${ago} ago` : ago;
  const fetched = when === "now" ? "just now" : when;
  return [
    told,
    `Unit prices are those of ${bill.catalogue.model} in ${simulated ? "the simulator's" : "OpenRouter's"} list, fetched ${fetched}.`,
  ];
}
