/** The text of a simulated answer: asks each skill in turn, then gives the answer the form that was asked for. */
import { arithmetic } from "./arithmetic.ts";
import { knowledge, shortFact } from "./knowledge.ts";
import type { Question, Skill } from "./question.ts";
import { counting, greeting, identity, letters, memory, sayExactly } from "./small-tasks.ts";
import { code, general, haiku, list, poem, story, summary, translation } from "./writing.ts";

const skills: readonly Skill[] = [
  memory,
  identity,
  greeting,
  counting,
  letters,
  translation,
  summary,
  arithmetic,
  haiku,
  poem,
  code,
  knowledge,
  list,
  story,
];

const label = "(simulated answer) ";

/**
 * The answer as text. It says that it is simulated, except where the question fixes the very words ("say ok", "answer in
 * one word"), because a program would then be misled by anything added.
 */
export function answer(question: Question): string {
  const exact = sayExactly(question);
  if (exact !== null) return exact;
  const form = `${question.system}\n${question.text}`;
  if (/\b(?:one|single)[- ]word\b|\bin a word\b/i.test(form)) return cased(oneWord(question), form);
  if (/\b(?:yes or no|yes\/no)\b/i.test(form)) return cased(question.pick(["Yes", "No"], "yes or no"), form);
  if (
    /\bonly (?:with )?(?:the |a )?(?:number|result|digits?)\b|\b(?:just|only) the (?:number|result|answer)\b/i.test(
      form,
    )
  )
    return onlyNumber(question);
  const text = firstAnswer(question);
  const shortened = /\b(?:one|a single) (?:short )?sentence\b|\bin a sentence\b/i.test(form)
    ? firstSentence(text)
    : text;
  return cased(label + shortened, form);
}

function firstAnswer(question: Question): string {
  for (const skill of skills) {
    const said = skill(question);
    if (said !== null) return said;
  }
  return general(question);
}

function oneWord(question: Question): string {
  const short = shortFact(question) ?? arithmetic(question)?.split("= ")[1];
  if (short) return short;
  const colours = /\bcolou?r\b/i.test(question.text);
  if (colours) return question.pick(["Blue", "Green", "Red", "Yellow"], "colour");
  if (/^\s*(?:is|are|do|does|did|can|could|will|would|should|has|have|was|were)\b/i.test(question.text))
    return question.pick(["Yes", "No"], "yes or no");
  const word = question.topic.at(-1) ?? "Simulated";
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function onlyNumber(question: Question): string {
  const sum = arithmetic(question)?.split("= ")[1];
  return sum ?? shortFact(question) ?? question.pick(["7", "12", "42", "108"], "number");
}

const firstSentence = (text: string): string => /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;

function cased(text: string, form: string): string {
  if (/\b(?:all[- ]caps|upper ?case|capital letters)\b/i.test(form)) return text.toUpperCase();
  return /\blower ?case\b/i.test(form) ? text.toLowerCase() : text;
}
