/** The text of --help, made from the settings table; plain where it does not go to a terminal. Pure. */
import { settingNames, settings } from "../settings-table.ts";
import { runFlags } from "./run-flags.ts";

const width = 100;
const indent = "      ";

/** `emphasis` marks a heading, or is the identity. */
export function helpText(emphasis: (text: string) => string): string {
  const all = settingNames.map((name) => settings[name]);
  return [
    "openrouter-ide: write Python against OpenRouter, run it in a sandbox, see every call and what it cost.",
    "",
    emphasis("Commands"),
    "  openrouter-ide [serve] [FLAGS]       start the page and print its address",
    "  openrouter-ide doctor [--json]       explain what is missing or broken here",
    "  openrouter-ide run FILE [-- ARGS…]   run one program in the same sandbox, without a page",
    "  openrouter-ide --version, --help",
    "",
    emphasis("Flags of serve (doctor takes them too)"),
    ...all.flatMap((setting) => (setting.flag === null ? [] : flagLines(setting.flag, setting))),
    "",
    emphasis("Only as variables"),
    ...all.flatMap((setting) => (setting.flag === null ? described(variableHead(setting), setting) : [])),
    "",
    emphasis("Flags of run"),
    ...runFlags.flatMap(({ flag, value, says }) =>
      entry(`${flag}${value === null ? "" : ` ${value}`}`, says),
    ),
    "",
    ...wrap(
      "Flags win over the environment, the environment wins over .env in the working directory. VARIABLE_FILE names a file " +
        "that holds a secret. Exit codes of run: the program's own; 2 for a wrong command line, 123 when it failed after its " +
        "ceiling was reached, 124 for the time limit, 125 when nothing could be run, 130 when interrupted.",
      "",
    ),
    "",
  ].join("\n");
}

interface Described {
  readonly variable: string;
  readonly value: string | null;
  readonly fallback: string;
  readonly isSecret: boolean;
  readonly says: string;
}

const flagLines = (flag: string, setting: Described): string[] =>
  described(
    `${flag}${setting.value === null ? "" : ` ${setting.value}`}  (${variableHead(setting)})`,
    setting,
  );

const described = (head: string, { says, fallback }: Described): string[] =>
  entry(head, `${says} Default: ${fallback}.`);

const variableHead = ({ variable, isSecret }: Described): string =>
  isSecret ? `${variable}, ${variable}_FILE` : variable;

const entry = (head: string, says: string): string[] => [`  ${head}`, ...wrap(says, indent)];

/** Breaks between words, so that no line is longer than `width`. */
function wrap(text: string, before: string): string[] {
  const lines: string[] = [];
  let line = before;
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > width && line.trim() !== "") {
      lines.push(line);
      line = before;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
