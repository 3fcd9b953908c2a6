/** The lines that the page itself writes into the output: start, gap, what was typed, end. Pure; no text of a program becomes a command. */
import { effortOf, hasEnded, endOf, stateLed } from "../run/run-words.ts";
import type { Run } from "../../contract/runs.ts";
import { formatBytes, formatClock } from "../shell/format.ts";
import { markLinks } from "./stderr-tint.ts";
import { findLineLinks } from "./traceback-links.ts";

const dim = "\u001B[90m";
const bold = "\u001B[1m";
const plain = "\u001B[0m";
const colours = { "": "", ok: "\u001B[32m", warn: "\u001B[33m", bad: "\u001B[31m", busy: "" } as const;

/** "14:02 python chat.py · simulated". */
export function startLine(run: Run): string {
  const at = formatClock(Date.parse(run.startedAt ?? run.createdAt));
  const note = run.simulated ? `${dim} · simulated, costs nothing` : "";
  return `${dim}${at}${plain} ${bold}python ${harmless(run.fileName)}${plain}${note}${plain}\n`;
}

export function gapLine(droppedBytes: number): string {
  return `${dim}— ${formatBytes(droppedBytes)} of output are left out here: the log was full —${plain}\n`;
}

/** Said when the page itself is too slow for the output; the server's log has it all. */
export function skippedLine(characters: number): string {
  return `${plain}\n${dim}— ${formatBytes(characters)} went by too fast to show —${plain}\n`;
}

/** What was typed into the program, told apart from what it wrote. */
export function typedText(text: string): string {
  return `\u001B[36m${harmless(text)}\u001B[39m`;
}

export function endLine(run: Run): string {
  if (!hasEnded(run)) return "";
  const effort = effortOf(run);
  const note = effort === "" ? "" : `${dim} · ${effort}`;
  const colour = colours[stateLed[run.state]];
  const words = harmless(endOf(run));
  return `${colour}${markLinks(words, findLineLinks(words, run.fileName), colour)}${note}${plain}\n`;
}

/** Control characters of a name or a reason are shown, never obeyed. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g, "�");
}
