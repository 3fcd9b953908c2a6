/** The lines that the page itself writes into the output: start, gap, what was typed, end. Pure; no text of a program becomes a command. */
import { effortOf, hasEnded, endOf, stateLed } from "../run/run-words.ts";
import type { Run } from "../../contract/runs.ts";
import type { RunResult } from "../../contract/results.ts";
import { formatBytes, formatClock } from "../shell/format.ts";
import { titleOf } from "./result-words.ts";
import { markLinks } from "./stderr-tint.ts";
import { findLineLinks } from "./traceback-links.ts";

/** A program in a raw terminal has turned the usual meaning of "\n" off. */
export const lineEnd = "\r\n";
/** Characters of a text result that are shown in the output. */
const mostText = 64 * 1024;

const dim = "\u001B[90m";
const bold = "\u001B[1m";
const plain = "\u001B[0m";
const colours = { "": "", ok: "\u001B[32m", warn: "\u001B[33m", bad: "\u001B[31m", busy: "" } as const;

/** "14:02 python chat.py · simulated". */
export function startLine(run: Run): string {
  const at = formatClock(Date.parse(run.startedAt ?? run.createdAt));
  const note = run.simulated ? `${dim} · simulated, nothing is charged` : "";
  return `${dim}${at}${plain} ${bold}python ${harmless(run.fileName)}${plain}${note}${plain}${lineEnd}`;
}

/** The server's own words: "Installing numpy 2.3 …". */
export function noteLine(text: string): string {
  return `${dim}${harmless(text.trimEnd()).replace(/\n/g, lineEnd)}${plain}${lineEnd}`;
}

/** The first line below a result, or all there is to see of it: what is copied and read aloud in its place. */
export function resultLine(result: RunResult): string {
  const words = [harmlessLine(titleOf(result)), formatBytes(result.sizeBytes)];
  if (!result.kept) words.push(harmlessLine(result.note ?? "not kept"));
  return `${dim}[${words.join(" · ")}]${plain}${lineEnd}`;
}

/** A result that is text stands among the program's own output; too long a one is cut there and says so. */
export function textResult(text: string): string {
  const shown = text.slice(0, mostText);
  const rest =
    text.length > mostText
      ? `${dim}— ${formatBytes(text.length - mostText)} more: download it to see the rest —${plain}\n`
      : "";
  return (harmless(shown).replace(/\n?$/, "\n") + rest).replace(/\n/g, lineEnd);
}

export function gapLine(droppedBytes: number): string {
  return `${dim}— ${formatBytes(droppedBytes)} of output are left out here: the log was full —${plain}${lineEnd}`;
}

/** Said when the page itself is too slow for the output; the server's log has it all. */
export function skippedLine(characters: number): string {
  return `${plain}${lineEnd}${dim}— ${formatBytes(characters)} went by too fast to show —${plain}${lineEnd}`;
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
  const marked = markLinks(words, findLineLinks(words, [run.fileName]), colour).replace(/\n/g, lineEnd);
  return `${colour}${marked}${note}${plain}${lineEnd}`;
}

/** Control characters of a name or a reason are shown, never obeyed. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "�");
}

const harmlessLine = (text: string): string => harmless(text).replace(/[\t\n]/g, " ");
