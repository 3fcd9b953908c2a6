/** What may be said of a key, and what one looks like. Pure. */
import type { KeyFacts } from "../openrouter/client.ts";

const prefix = "sk-or-v1-";

/** Printable ASCII without spaces; how long a key is has changed before, so only a sane least is asked for. */
export const isKeyShaped = (text: string): boolean => /^sk-or-v1-[\x21-\x7e]{8,}$/.test(text);

/**
 * "sk-or-v1-…1c96". OpenRouter's own label also holds the first characters of the secret part; a browser gets no more than
 * the last four, and not even those of a key so short that they would be a good part of it.
 */
export function keyLabel(key: string): string {
  const secret = key.slice(prefix.length);
  return `${prefix}…${secret.length >= 16 ? secret.slice(-4) : ""}`;
}

/** What OpenRouter told about the key, as one line: its name when it has one, what is left on it, whether it is free tier. */
export function keyNote(facts: KeyFacts, key: string): string {
  const name = nameIn(facts.label, key);
  const left =
    facts.limitRemaining === null
      ? "no spending limit of its own"
      : `${usd(facts.limitRemaining)} left of its spending limit`;
  return [name, left, facts.isFreeTier ? "free tier" : null].filter((part) => part !== null).join(" · ");
}

const nameLength = 60;
/** A run of this many characters of the secret gives too much of it away. */
const tellingRun = 5;

/** The label when it is a name that somebody gave, null when it is a cut key or holds a piece of it. */
function nameIn(label: string, key: string): string | null {
  const name = label.trim();
  if (name === "" || name.toLowerCase().includes("sk-or-")) return null;
  const secret = key.slice(prefix.length);
  for (let from = 0; from + tellingRun <= secret.length; from++)
    if (name.includes(secret.slice(from, from + tellingRun))) return null;
  return `“${name.slice(0, nameLength)}”`;
}

/** "4.2" is "$4.20"; digits below a cent are kept, since they are money too. */
function usd(text: string): string {
  const [whole = "0", fraction = ""] = text.replace(/^-/, "").split(".");
  return `${text.startsWith("-") ? "-" : ""}$${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`;
}
