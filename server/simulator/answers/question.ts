/** What the answering skills see of a conversation: bounded texts, the topic words, and draws that depend on it alone. */
import { questionOf, type Ask } from "../ask.ts";
import { drawOne } from "../chance.ts";

export interface Question {
  /** The newest user message, its middle left out when it is long. */
  readonly text: string;
  readonly system: string;
  /** Earlier user messages, oldest first. */
  readonly earlier: readonly string[];
  /** Words that carry the meaning, at most five, in the order of the text. */
  readonly topic: readonly string[];
  readonly model: string;
  /** Picks one; equal conversations pick alike. */
  readonly pick: <T>(choices: readonly [T, ...T[]], cause: string) => T;
}

/** A skill answers what it recognises and leaves the rest to the next. */
export type Skill = (question: Question) => string | null;

/** Characters read from each end of a message: enough to recognise what is asked, cheap for any length. */
const readFromEachEnd = 2_000;

const plainWords = new Set(
  "a an the and or but if then than so of in on at to for from by with about into over as is are was were be been being am do does did done have has had can could will would shall should may might must what which who whom whose when where why how i you he she it we they me him her us them my your his its our their this that these those there here please tell give make write say show explain describe me one two three some any all just very more most much many not no yes sentence sentences word words short brief briefly simple answer question list name names using use would like want need know think let".split(
    " ",
  ),
);

export function toQuestion(ask: Ask, model: string): Question {
  const text = bounded(questionOf(ask));
  const users = ask.turns.filter((turn) => turn.role === "user");
  const system = bounded(
    ask.turns
      .filter((turn) => turn.role === "system")
      .map((turn) => turn.text)
      .join("\n"),
  );
  const earlier = users
    .slice(0, -1)
    .slice(-20)
    .map((turn) => bounded(turn.text));
  const cause = [model, system, ...earlier, text].join("\n");
  return {
    text,
    system,
    earlier,
    topic: topicWords(text),
    model,
    pick: (choices, of) => drawOne(choices, `${of}\n${cause}`),
  };
}

/** The words of a text that are not mere grammar, lower case unless they are names, without repeats. */
export function topicWords(text: string): string[] {
  const words = text.match(/\p{L}[\p{L}\p{M}\p{N}'’-]{2,40}/gu) ?? [];
  const meaningful = words.filter((word) => !plainWords.has(word.toLowerCase()));
  return [...new Map(meaningful.map((word) => [word.toLowerCase(), word])).values()].slice(0, 5);
}

function bounded(text: string): string {
  if (text.length <= 2 * readFromEachEnd) return text;
  return `${text.slice(0, readFromEachEnd)} … ${text.slice(-readFromEachEnd)}`.toWellFormed();
}
