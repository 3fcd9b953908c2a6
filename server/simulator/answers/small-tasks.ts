/** Small tasks with one right outcome: say this, count that, spell it backwards, greet, remember a name. */
import type { Question, Skill } from "./question.ts";

/** Counting goes on to here at most. */
const longestCount = 200;

/** "Say ok", "reply with exactly: pong", "repeat after me: …". The text alone, without any remark. */
export const sayExactly: Skill = ({ text, system }) => {
  const quoted =
    /\b(?:say|reply|respond|answer|repeat|output|print|echo)\b[^"'“”«»]{0,40}["“«']([^"“”«»]{1,400})["”»']/iu.exec(
      text,
    )?.[1];
  if (quoted !== undefined) return quoted;
  const after =
    /^\s*(?:please\s+)?(?:(?:reply|respond|answer)\s+with(?:\s+(?:only|just|exactly|the\s+words?|the\s+text))*|say(?:\s+(?:only|just|exactly))?|repeat(?:\s+after\s+me)?|echo)\s*:?\s+([^\n]{1,200}?)\s*[.!]?\s*$/iu.exec(
      text,
    )?.[1];
  if (after !== undefined && !/^(?:something|anything|a |an |me |your |in |to |the )/i.test(after))
    return after;
  return (
    /\b(?:always|only) (?:reply|respond|answer|say)(?: with)?:? ["“]([^"”]{1,200})["”]/i.exec(system)?.[1] ??
    null
  );
};

export const counting: Skill = ({ text }) => {
  const range =
    /\bcount(?:ing)?\b[^\d]{0,20}(?:from\s+)?(-?\d{1,6})\s*(?:to|up to|until|\.\.|-|–)\s*(-?\d{1,6})/i.exec(
      text,
    );
  const upTo = range ? null : /\bcount(?:ing)?\b[^\d]{0,20}(?:to|until)\s+(\d{1,6})/i.exec(text);
  if (!range && !upTo) return null;
  const first = range ? Number(range[1]) : 1;
  const last = Number(range ? range[2] : upTo?.[1]);
  const step = last < first ? -1 : 1;
  const length = Math.min(Math.abs(last - first) + 1, longestCount);
  const numbers = Array.from({ length }, (_, index) => first + step * index);
  const cut =
    Math.abs(last - first) + 1 > longestCount
      ? `, … (the stand-in counts ${longestCount} numbers at most)`
      : "";
  return numbers.join(", ") + cut;
};

export const letters: Skill = ({ text }) => {
  const inWord =
    /how many (?:letter )?["'“]?(\p{L})["'”]?(?:'s|’s|s)? (?:letters? )?(?:are )?(?:there )?in (?:the word )?["'“]?(\p{L}{1,60})/iu.exec(
      text,
    );
  if (inWord?.[1] && inWord[2]) {
    const [, letter, word] = inWord;
    const times = Array.from(word.toLowerCase()).filter((one) => one === letter.toLowerCase()).length;
    return `The letter “${letter}” stands ${times} ${times === 1 ? "time" : "times"} in “${word}”.`;
  }
  const words = /how many words (?:are )?(?:there )?in\s*:?\s*["“]([^"”]{1,2000})["”]/i.exec(text)?.[1];
  if (words !== undefined) return `That text has ${words.split(/\s+/).filter(Boolean).length} words.`;
  const backwards = /(?:reverse|backwards)[^"“'‘]{0,40}["“'‘]([^"”'’]{1,200})["”'’]/i.exec(text)?.[1];
  return backwards === undefined
    ? null
    : Array.from(new Intl.Segmenter().segment(backwards), ({ segment }) => segment)
        .reverse()
        .join("");
};

/** "My name is Ada" in an earlier message, "what is my name?" now: shows that the whole conversation is sent each time. */
export const memory: Skill = ({ text, earlier }) => {
  if (!/\bwhat(?:'s|’s| is| was) my name\b|\bwho am i\b/i.test(text)) return null;
  const name = earlier
    .map((line) => /\b(?:[Mm]y name is|I am|I'm|I’m|[Cc]all me)\s+(\p{Lu}[\p{L}'’-]{1,40})/u.exec(line)?.[1])
    .findLast((found) => found !== undefined);
  return name === undefined
    ? "You have not told me your name in the messages of this request. A model remembers only what is sent with each call."
    : `Your name is ${name}: it stands in an earlier message of this request.`;
};

export const greeting: Skill = ({ text, earlier, pick }) => {
  const greets =
    /^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings|bonjour|hallo|hola|ciao)\b/i.test(text);
  if (!greets || text.length > 60) return introduction(text);
  const again = earlier.length > 0 ? " again" : "";
  return pick(
    [
      `Hello${again}! I am the offline stand-in for OpenRouter. Ask me to add numbers, count, list, write a haiku, JSON or a bit of Python.`,
      `Hi${again}! You are talking to the simulator, so this works without a key and costs nothing. What shall we try?`,
      `Hello${again}! The request, the stream and the bill that you see are shaped like the real ones; only my words are canned.`,
    ],
    "greeting",
  );
};

function introduction(text: string): string | null {
  const saysName = /\b(?:[Mm]y name is|[Cc]all me)\s+(\p{Lu}[\p{L}'’-]{1,40})/u.exec(text)?.[1];
  return saysName === undefined || text.length > 120
    ? null
    : `Nice to meet you, ${saysName}. I am the offline stand-in for OpenRouter; send this message along with the next one and I will still know your name.`;
}

export const identity: Skill = ({ text, model }: Question) =>
  /\b(?:who|what) are you\b|\bwhich model\b|\bwhat model\b|\bare you (?:a |an )?(?:real|human|ai|bot)\b/i.test(
    text,
  )
    ? `I am the simulator of this IDE, answering under the name ${model}. No real model was asked and no money was spent.`
    : null;
