/** The reference pages of docs/, made from the tables that the code itself uses; a test holds the files to them. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { RunEvent, SocketMessage } from "../contract/events.ts";
import { failures } from "../contract/failures.ts";
import { limits } from "../contract/limits.ts";
import { eventSocket, pages, routes } from "../contract/routes.ts";
import { settings } from "../server/settings-table.ts";
import { refusal, refusalNames } from "../server/store/refusals.ts";

/** File name below docs/ → its whole text. */
export function referenceDocs(): ReadonlyMap<string, string> {
  return new Map([
    ["settings.md", settingsPage()],
    ["api.md", apiPage()],
    ["failures.md", failuresPage()],
    ["limits.md", limitsPage()],
  ]);
}

const note = "<!-- Made by `npm run docs`; change the tables in the code instead. -->";

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function page(title: string, ...parts: readonly string[]): string {
  return `${[`# ${title}`, note, ...parts].join("\n\n")}\n`;
}

function settingsPage(): string {
  const rows = Object.values(settings).map(({ flag, variable, value, fallback, isSecret, says }) => [
    flag === null ? "" : `\`${flag}${value === null ? "" : ` ${value}`}\``,
    `\`${variable}\`${isSecret ? `, \`${variable}_FILE\`` : ""}`,
    fallback,
    says,
  ]);
  return page(
    "Settings",
    "Flags win over the environment, the environment wins over `.env` in the working directory.",
    table(["flag", "variable", "when not set", "what it does"], rows),
  );
}

function apiPage(): string {
  const rows = Object.entries(routes).map(([name, { method, path, access, summary, failures: own }]) => [
    `\`${name}\``,
    `\`${method} ${path}\``,
    access,
    summary,
    own.map((code) => `\`${code}\``).join(", "),
  ]);
  const pageRows = Object.values(pages).map(({ path, access }) => [`\`${path}\``, access]);
  return page(
    "HTTP interface",
    "The page uses nothing else. `GET /api/openapi.json` has the schemas. Every state change needs the page's own origin and `content-type: application/json`.",
    table(["name", "request", "access", "what it does", "may answer with"], rows),
    "## Event socket",
    `\`${eventSocket.path}?run=ID&after=N\` (${eventSocket.access}), server to browser only. After \`hello\` come the run's events after number N, \`caught-up\`, then everything live. What each field means is in \`contract/events.ts\`.`,
    table(["message", "holds"], variants(SocketMessage, [])),
    "The events in `events`; all have `n`, their number in the run, and `at`, Unix time in ms:",
    table(["event", "holds"], variants(RunEvent, ["n", "at"])),
    "## Addresses that show the page",
    table(["address", "access"], pageRows),
  );
}

interface Variant {
  readonly properties: Readonly<Record<string, { readonly const?: string }>>;
}

/** One row per member of a union that `type` tells apart: its type, and the names of its other fields. */
function variants(union: z.ZodMiniType, common: readonly string[]): readonly (readonly string[])[] {
  const { oneOf } = z.toJSONSchema(union) as unknown as { readonly oneOf: readonly Variant[] };
  return oneOf.map(({ properties: { type, ...fields } }) => [
    `\`${type?.const ?? ""}\``,
    Object.keys(fields)
      .filter((name) => !common.includes(name))
      .map((name) => `\`${name}\``)
      .join(", "),
  ]);
}

function failuresPage(): string {
  const rows = Object.entries(failures).map(([code, { status, says, hint }]) => [
    `\`${code}\``,
    String(status),
    says,
    hint,
  ]);
  const refusals = refusalNames.map((name) => refusal(name, "…")).toSorted((a, b) => a.exitCode - b.exitCode);
  return page(
    "Failures",
    "A failure has a code, a sentence and a way out; `fields` names what to mend.",
    table(["code", "status", "says", "way out"], rows),
    "## Exit codes",
    "0 after a signal and a clean end; 1 when the address can't be had or a check of `doctor` failed; 2 for a wrong command line or configuration; 70 when an error that nobody caught ended it (what ran was ended first); 130 when a second signal cut the end short. Those of `run` are in the [guide](guide.md). When the database can't be used:",
    table(
      ["exit code", "says", "way out"],
      refusals.map(({ exitCode, says, hint }) => [String(exitCode), says, hint]),
    ),
  );
}

function limitsPage(): string {
  const comments = limitComments();
  const rows = Object.entries(limits).map(([name, value]) => [
    `\`${name}\``,
    withUnit(name, value),
    comments.get(name) ?? "",
  ]);
  return page(
    "Limits",
    "Everything that grows has a limit and a stated answer for “full”.",
    table(["limit", "value", "what it bounds"], rows),
  );
}

function withUnit(name: string, value: number): string {
  if (name.endsWith("Bytes")) return value >= 2 ** 20 ? `${value / 2 ** 20} MiB` : `${value / 1024} KiB`;
  if (name.endsWith("Ms")) return value >= 86_400_000 ? `${value / 86_400_000} days` : `${value / 1000} s`;
  if (name.endsWith("Length")) return `${value} characters`;
  return String(value);
}

/** The comment above each limit in contract/limits.ts. */
function limitComments(): ReadonlyMap<string, string> {
  const source = readFileSync(new URL("../contract/limits.ts", import.meta.url), "utf8");
  const entries = source.slice(source.indexOf("export const limits"));
  const found = entries.matchAll(/\/\*\*\s*([\s\S]*?)\s*\*\/\s*(\w+):/g);
  return new Map(
    [...found].map(([, comment = "", name = ""]) => [name, comment.replace(/\s*\n\s*\*\s*/g, " ")]),
  );
}
