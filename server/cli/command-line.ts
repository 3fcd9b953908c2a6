/** What the words after `openrouter-ide` ask for, and the one place that acts on them. */
import { done, refused, type Result } from "../../contract/failures.ts";
import { readConfig, systemSurroundings } from "../read-config.ts";
import { readFlags, type Flag, type Flags } from "../read-flags.ts";
import { settingNames, settings } from "../settings-table.ts";
import { sessionSecrets } from "../store/session-secret.ts";
import { version } from "../version.ts";
import { helpText } from "./help.ts";
import { runFlags } from "./run-flags.ts";

/** A wrong command line or configuration, as shells and getopt have it. */
export const usageExitCode = 2;

export type CommandLine =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | { readonly command: "serve"; readonly flags: Flags }
  | { readonly command: "doctor"; readonly flags: Flags; readonly json: boolean }
  | { readonly command: "run"; readonly flags: Flags };

const serveFlags: readonly Flag[] = settingNames.flatMap((name) => {
  const { flag, value } = settings[name];
  return flag === null ? [] : [{ flag, value }];
});
const doctorFlags: readonly Flag[] = [...serveFlags, { flag: "--json", value: null }];

/** The error is every fault, one sentence each. Without a command it is `serve`. */
export function readCommandLine(args: readonly string[]): Result<CommandLine, readonly string[]> {
  const end = args.indexOf("--");
  const ours = end === -1 ? args : args.slice(0, end);
  if (ours.includes("--help") || ours.includes("-h") || ours[0] === "help") return done({ command: "help" });
  if (ours.includes("--version")) return done({ command: "version" });
  const [first = "serve"] = args;
  const [command, rest] = first.startsWith("-") ? ["serve", args] : [first, args.slice(1)];
  if (command === "serve") return withoutMore({ command, flags: readFlags(rest, serveFlags) });
  if (command === "doctor") {
    const flags = readFlags(rest, doctorFlags);
    return withoutMore({ command, flags, json: flags.given.has("--json") });
  }
  if (command === "run") return forRun(readFlags(rest, runFlags));
  return refused([
    `${JSON.stringify(command)} is not a command. There are serve, doctor and run; see --help.`,
  ]);
}

function withoutMore<C extends CommandLine & { readonly flags: Flags }>(
  line: C,
): Result<C, readonly string[]> {
  const { faults, positionals, rest } = line.flags;
  const more = [...positionals, ...(rest ?? [])].map(
    (word) => `${JSON.stringify(word)} means nothing to ${line.command}. See --help.`,
  );
  return faults.length + more.length === 0 ? done(line) : refused([...faults, ...more]);
}

function forRun(flags: Flags): Result<CommandLine, readonly string[]> {
  const faults = [...flags.faults];
  const [file, second] = flags.positionals;
  if (file === undefined) faults.push("run needs the FILE to run: openrouter-ide run FILE [-- ARGS…].");
  if (second !== undefined)
    faults.push(`run takes one FILE; put ${JSON.stringify(second)} after -- to give it to the program.`);
  return faults.length === 0 ? done({ command: "run", flags }) : refused(faults);
}

/** Does what the words ask for and resolves with the exit code. Each command is loaded only when it is asked for. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args);
  if (!line.ok) return explain(line.error);
  const wanted = line.value;
  if (wanted.command === "help" || wanted.command === "version") {
    process.stdout.write(wanted.command === "help" ? helpText(emphasis()) : `${version}\n`);
    return 0;
  }
  const read = readConfig(wanted.command, wanted.flags.given, systemSurroundings(sessionSecrets));
  if (!read.ok) return explain(read.error);
  const config = read.value;
  if (wanted.command === "serve") return (await import("./serve.ts")).serve(config);
  if (wanted.command === "doctor") return (await import("./doctor.ts")).doctor(config, wanted.json);
  return (await import("./run.ts")).run(config, wanted.flags);
}

function explain(faults: readonly string[]): number {
  process.stderr.write(faults.map((fault) => `openrouter-ide: ${fault}\n`).join(""));
  return usageExitCode;
}

/** Bold on a terminal, nothing elsewhere. */
function emphasis(): (text: string) => string {
  const isPlain = !process.stdout.isTTY || (process.env["NO_COLOR"] ?? "") !== "";
  return isPlain ? (text) => text : (text) => `\x1b[1m${text}\x1b[0m`;
}
