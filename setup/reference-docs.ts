/** The reference pages of docs/, made from the tables that the code itself uses; a test holds the files to them. */
import { readFileSync } from "node:fs";
import { failures } from "../contract/failures.ts";
import { limits } from "../contract/limits.ts";
import { eventSocket, pages, routes } from "../contract/routes.ts";
import { settings } from "../server/settings-table.ts";

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
    `The event socket is \`${eventSocket.path}?run=ID&after=N\` (${eventSocket.access}), server to browser only; its messages are in \`contract/events.ts\`.`,
    "Addresses that show the page:",
    table(["address", "access"], pageRows),
  );
}

function failuresPage(): string {
  const rows = Object.entries(failures).map(([code, { status, says, hint }]) => [
    `\`${code}\``,
    String(status),
    says,
    hint,
  ]);
  return page(
    "Failures",
    "A failure has a code, a sentence and a way out; `fields` names what to mend.",
    table(["code", "status", "says", "way out"], rows),
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
