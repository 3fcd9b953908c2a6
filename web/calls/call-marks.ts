/** What a row says of its call besides the figures: a retry, the same request over and over, an answer nobody paid for. Pure. */
import type { Call, SourcePlace } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";
import type { IconName } from "../shell/icon-names.ts";

export interface Mark {
  readonly kind: "plain" | "warn";
  readonly icon: IconName | null;
  /** Short, for the row. */
  readonly text: string;
  readonly title: string;
}

export function marksOf({
  retryOf,
  resendOf,
  repeats,
  simulated,
}: Pick<Call, "retryOf" | "resendOf" | "repeats" | "simulated">): readonly Mark[] {
  const marks: Mark[] = [];
  if (repeats >= limits.repeatsAlarm) {
    const title = `The very same request was sent ${repeats} times before in this run. Is it a loop that should have ended?`;
    marks.push({ kind: "warn", icon: "repeat", text: `sent ${repeats + 1} times`, title });
  }
  if (retryOf !== null) {
    const title = `The client library sent call ${retryOf} again by itself with this one.`;
    marks.push({ kind: "plain", icon: "corner-up-left", text: `retry of call ${retryOf}`, title });
  }
  if (resendOf !== null) {
    const title = `You sent call ${resendOf} again from this page.`;
    marks.push({ kind: "plain", icon: "rotate-ccw", text: `call ${resendOf} again`, title });
  }
  if (simulated) {
    const title = "The built-in simulator answered; nothing is charged.";
    marks.push({ kind: "plain", icon: null, text: "sim", title });
  }
  return marks;
}

export interface LineWords {
  /** Where the editor can go; null: there is no such line, and the title says why. */
  readonly place: SourcePlace | null;
  /** "16" in the program itself, "ask.py:16" in a file beside it, "–" without a line. */
  readonly text: string;
  readonly title: string;
}

/** What the line column says of a call of the program `fileName`. */
export function lineWords(
  call: Pick<Call, "attribution" | "sentFrom" | "resendOf">,
  fileName: string,
): LineWords {
  const [place, ...outer] = call.sentFrom ?? [];
  if (call.resendOf !== null) return { place: null, text: "–", title: "You sent it from this page" };
  if (place === undefined) {
    const title = untold[call.sentFrom === null ? call.attribution : "told"];
    return { place: null, text: "–", title };
  }
  const stack = [place, ...outer].map((from) => `${from.file}:${from.line} in ${from.function}`);
  const name = place.file.split("/").at(-1) ?? place.file;
  const text = place.file === fileName ? String(place.line) : `${name}:${place.line}`;
  // A whole path is no file of the program: the editor does not have it.
  return { place: place.file.startsWith("/") ? null : place, text, title: stack.join("\ncalled from ") };
}

const untold: Readonly<Record<Call["attribution"], string>> = {
  awaited: "The program has not told yet which line sent it",
  untold:
    "Nobody told which line sent it: another program than Python did, or this one took the hook for it away",
  told: "No line of your own files led to it",
};
