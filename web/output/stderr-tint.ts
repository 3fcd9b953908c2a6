/**
 * Tells standard error from standard output by colour without touching the program's own: only text that the program
 * left in the default colour is tinted. Pure; follows the colour state across pieces and streams, as a terminal would.
 */
import type { Stream } from "../../contract/events.ts";

/** A place in the 256-colour palette that the terminal's theme gives our tint (217 is a pale red by nature, too). */
export const tintIndex = 217;
const tint = `\u001B[38;5;${tintIndex}m`;
const untint = "\u001B[39m";

/** A "select graphic rendition" sequence. */
const sgr = /\u001B\[([\d;:]*)m/g;
/** The beginning of an escape sequence that a piece ended in. */
const openEnd = /\u001B(?:\[[\d;:]*)?$/;
const longestOpenEnd = 64;

/** A part of a text, from 0; `end` is behind its last character. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Blue of the terminal's theme: the colour of links on the page. */
const linkColour = "\u001B[34m";

/** The text with its links coloured; `back` restores the colour around them. */
export function markLinks(text: string, links: readonly Stretch[], back: string): string {
  let marked = "";
  let at = 0;
  for (const { start, end } of links) {
    marked += text.slice(at, start) + linkColour + text.slice(start, end) + back;
    at = end;
  }
  return marked + text.slice(at);
}

export class StderrTint {
  #isTinted = false;
  /** The program chose a colour of its own. */
  #isColoured = false;
  #rest = "";

  /** The text as it goes to the terminal; `linksIn` finds what is to look like a link in tinted text. */
  piece(stream: Stream, text: string, linksIn: (text: string) => readonly Stretch[] = () => []): string {
    const whole = this.#rest + text;
    const open = openEnd.exec(whole)?.[0] ?? "";
    this.#rest = open.length <= longestOpenEnd ? open : "";
    const ready = whole.slice(0, whole.length - this.#rest.length);
    const wants = stream === "stderr";
    // Only where the program has no colours of its own in it: a traceback.
    if (wants && !this.#isColoured && !ready.includes("\u001B")) {
      return this.#turn(wants) + markLinks(ready, linksIn(ready), tint);
    }
    return (
      this.#turn(wants) +
      ready.replace(sgr, (sequence, codes: string) => this.#follow(sequence, codes, wants))
    );
  }

  /** Back to the default look, for a line of our own. */
  reset(): string {
    this.#isTinted = false;
    this.#isColoured = false;
    this.#rest = "";
    return "\u001B[0m";
  }

  #turn(wants: boolean): string {
    if (this.#isColoured || this.#isTinted === wants) return "";
    this.#isTinted = wants;
    return wants ? tint : untint;
  }

  #follow(sequence: string, codes: string, wants: boolean): string {
    const isColoured = foregroundAfter(codes, this.#isColoured);
    const fellBack = !isColoured && /^0*$|(?:^|;)0*(?:;|$)|39/.test(codes);
    this.#isColoured = isColoured;
    if (isColoured) {
      this.#isTinted = false;
      return sequence;
    }
    if (fellBack) this.#isTinted = false;
    return sequence + this.#turn(wants);
  }
}

/** Whether the foreground is one of the program's own after these codes. */
function foregroundAfter(codes: string, before: boolean): boolean {
  let isColoured = before;
  const list = codes.split(";");
  for (let at = 0; at < list.length; at++) {
    const [code = ""] = (list[at] ?? "").split(":");
    const number = Number(code);
    if (number === 0 || number === 39) isColoured = false;
    else if ((number >= 30 && number <= 38) || (number >= 90 && number <= 97)) isColoured = true;
    // 38, 48 and 58 carry a colour behind them: "5;n" or "2;r;g;b" (with colons it is one code).
    if ((number === 38 || number === 48 || number === 58) && list[at] === code) {
      at += list[at + 1] === "2" ? 4 : 2;
    }
  }
  return isColoured;
}
