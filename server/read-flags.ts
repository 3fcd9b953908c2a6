/** Reads a command line against the flags that a command takes, and finds every fault in it at once. Pure. */
import { parseArgs } from "node:util";

export interface Flag {
  readonly flag: `--${string}`;
  /** Null for a switch. */
  readonly value: string | null;
  /** May be given more than once. */
  readonly repeats?: boolean;
}

export interface Flags {
  /** By flag, as given; a switch that is on holds "1". */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** What stands after "--"; null without one. */
  readonly rest: readonly string[] | null;
  /** Sentences with the fix. */
  readonly faults: readonly string[];
}

export function readFlags(args: readonly string[], known: readonly Flag[]): Flags {
  const byName = new Map(known.map((flag) => [flag.flag.slice(2), flag]));
  const end = args.indexOf("--");
  const { tokens } = parseArgs({
    args: args.slice(0, end === -1 ? args.length : end),
    options: Object.fromEntries(
      known.map(({ flag, value }) => [flag.slice(2), { type: value === null ? "boolean" : "string" }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const flag = byName.get(token.name);
    const fault = flag === undefined ? unknown(token.rawName, known) : faultOf(flag, token, given);
    if (fault !== null) faults.push(fault);
    else given.set(token.rawName, [...(given.get(token.rawName) ?? []), token.value ?? "1"]);
  }
  return { given, positionals, rest: end === -1 ? null : args.slice(end + 1), faults };
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function faultOf(flag: Flag, token: OptionToken, given: ReadonlyMap<string, unknown>): string | null {
  if (given.has(flag.flag) && flag.repeats !== true) return `${flag.flag} is given twice. Give it once.`;
  if (flag.value === null)
    return token.value === undefined ? null : `${flag.flag} takes no value. Give it alone.`;
  const isMissing = token.value === undefined || (token.inlineValue !== true && token.value.startsWith("--"));
  return isMissing ? `${flag.flag} needs a value: ${flag.flag} ${flag.value}.` : null;
}

function unknown(name: string, known: readonly Flag[]): string {
  const near = known.find(({ flag }) => name.length > 3 && (flag.startsWith(name) || name.startsWith(flag)));
  return near === undefined
    ? `${name} is not a flag of this command. See --help.`
    : `${name} is not a flag of this command. Did you mean ${near.flag}?`;
}
