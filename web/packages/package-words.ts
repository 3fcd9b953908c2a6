/** Environments, packages and installations in words. Pure. */
import type { Environment, Installation } from "../../contract/environments.ts";
import { formatBytes } from "../shell/format.ts";

/** "Python 3.11.2 (system)" and "tools (Python 3.12.1)", short: "Python 3.11 · system", "Python 3.12 · tools". */
export function shortName(name: string): string {
  const plain = /^Python (\d+\.\d+)\S* \((.+)\)$/.exec(name);
  if (plain !== null) return `Python ${plain[1]} · ${plain[2]}`;
  const named = /^(.+) \(Python (\d+\.\d+)\S*\)$/.exec(name);
  return named === null ? name : `Python ${named[2]} · ${named[1]}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** "numpy is not installed", "numpy and pandas are not installed". */
export function missingWords(modules: readonly string[]): string {
  return `${listed(modules)} ${modules.length === 1 ? "is" : "are"} not installed.`;
}

const states: Readonly<Record<Environment["state"], string>> = {
  ready: "",
  making: "being made",
  failed: "can't be used",
  absent: "made when it is first used",
};

/** What is said under an environment's name. */
export function environmentWords(environment: Environment): string {
  const { state, packages, path } = environment;
  const count =
    packages.length === 0
      ? "only the standard library"
      : `${packages.length} ${packages.length === 1 ? "package" : "packages"}`;
  return [state === "ready" ? count : states[state], path ?? ""].filter(Boolean).join(" · ");
}

/** How far it has come, without what the server itself says: "3 files, 12 MiB". */
export function fetchedWords({ fetched }: Installation): string {
  if (fetched.length === 0) return "";
  const bytes = fetched.reduce((sum, file) => sum + file.bytes, 0);
  return `${fetched.length} ${fetched.length === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

/** What is typed or pasted into the field, parted: "numpy pandas>=2, httpx" is three; options of pip are left to it to refuse. */
export function requirementsIn(text: string): readonly string[] {
  return text
    .replace(/^\s*(?:python3? -m )?pip3? install\s+/, "")
    .split(/[\n;]|,(?![\s\d]*[<>=!~])|(?<![<>=!~,[])\s+(?![<>=!~])/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** The module that a run's reason says is not there: its first name, for that is what is installed. */
export function missingModule(reason: string | null): string | null {
  const found = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(reason ?? "");
  return found?.[1]?.split(".")[0] ?? null;
}
