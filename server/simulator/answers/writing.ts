/** Longer pieces made from the question's own words: lists, haiku, stories, code, summaries, and the general answer. */
import { topicWords, type Question, type Skill } from "./question.ts";

const numberWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const longestList = 20;

const subject = (question: Question): string =>
  question.topic.length === 0 ? "this" : question.topic.slice(-2).join(" ").toLowerCase();

export const haiku: Skill = (question) => {
  if (!/\bhaiku\b/i.test(question.text)) return null;
  const about = aboutWhat(question);
  return [
    `${capitalised(about)}, so still,`,
    question.pick(
      [
        "a cursor blinks in the dark,",
        "one small stream of words runs down,",
        "snow falls on the open page,",
      ],
      "second",
    ),
    question.pick(["then the answer comes.", "no key, and no bill.", "morning finds it done."], "third"),
  ].join("\n");
};

export const poem: Skill = (question) => {
  if (!/\b(?:poem|verse|limerick|rhyme|song)\b/i.test(question.text)) return null;
  const about = aboutWhat(question);
  return [
    `I asked the night for ${about},`,
    "it answered, line by line,",
    `and though the words were borrowed ones,`,
    `the ${question.pick(["wonder", "asking", "listening"], "noun")} was mine.`,
  ].join("\n");
};

export const list: Skill = (question) => {
  const asked =
    /\b(?:list|give|name|suggest|write|tell)\b[^.?!\d]{0,30}?\b(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b\s+([^.?!\n]{2,80})/i.exec(
      question.text,
    );
  const plain = asked
    ? null
    : /\b(?:list|enumerate)\b\s+(?:some\s+|the\s+|a few\s+)?([^.?!\n]{2,80})/i.exec(question.text);
  if (!asked && !plain) return null;
  const wished = asked?.[1] ?? "3";
  const count = Math.min(
    longestList,
    Math.max(1, /\d/.test(wished) ? Number(wished) : numberWords.indexOf(wished.toLowerCase())),
  );
  const what = (asked?.[2] ?? plain?.[1] ?? "things").trim();
  const pool = pools.find(({ asks }) => asks.test(what))?.entries ?? pointsOn(aboutWhat(question));
  const first = pool.indexOf(question.pick(pool, "first of the list"));
  return Array.from({ length: count }, (_, index) => {
    const entry = pool[(first + index) % pool.length] ?? "";
    const round = Math.floor(index / pool.length);
    return `${index + 1}. ${entry}${round === 0 ? "" : ` (again, ${round + 1})`}`;
  }).join("\n");
};

type Pool = readonly [string, ...string[]];

/** What lists are drawn from when their subject is recognised. */
const pools: readonly { readonly asks: RegExp; readonly entries: Pool }[] = [
  {
    asks: /\bnames?\b/i,
    entries: ["Miso", "Juniper", "Otto", "Pixel", "Clementine", "Basil", "Nova", "Hazel", "Bruno", "Saffron"],
  },
  {
    asks: /\bcolou?rs?\b/i,
    entries: ["blue", "green", "red", "yellow", "violet", "orange", "white", "black"],
  },
  { asks: /\bfruits?\b/i, entries: ["apple", "pear", "cherry", "banana", "fig", "plum", "orange", "grape"] },
  {
    asks: /\banimals?\b/i,
    entries: ["otter", "heron", "fox", "whale", "hedgehog", "elephant", "bee", "tortoise"],
  },
  {
    asks: /\bplanets?\b/i,
    entries: ["Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"],
  },
  {
    asks: /\b(?:programming )?languages?\b/i,
    entries: ["Python", "TypeScript", "Rust", "Go", "C", "Java", "Haskell", "Lua"],
  },
  {
    asks: /\b(?:countr(?:y|ies)|capitals?|cit(?:y|ies))\b/i,
    entries: [
      "France (Paris)",
      "Japan (Tokyo)",
      "Kenya (Nairobi)",
      "Brazil (Brasília)",
      "Norway (Oslo)",
      "India (New Delhi)",
      "Canada (Ottawa)",
      "Egypt (Cairo)",
    ],
  },
];

const pointsOn = (subject: string): Pool => [
  `Start small with ${subject}, and look at what happens.`,
  `Measure ${subject} before you change anything.`,
  `Ask somebody who has done ${subject} before.`,
  `Write down what you expect of ${subject}, then compare.`,
  `Leave out one part of ${subject} and see whether it is missed.`,
  `Try the opposite of what you usually do about ${subject}.`,
  `Give ${subject} a time of its own in the day.`,
  `Keep what worked for ${subject}, and say why.`,
];

export const code: Skill = (question) => {
  const wants =
    /\b(?:write|show|give|create|make|implement)\b[^.?!]{0,60}\b(?:code|function|program|script|class|snippet|python)\b/i;
  if (!wants.test(question.text)) return null;
  const named = /\b(?:called|named)\s+`?([a-z_][a-z0-9_]{0,40})`?/i.exec(question.text)?.[1];
  const known = snippets.find((snippet) => snippet.asks.test(question.text));
  const words = question.topic.filter(
    (word) =>
      !/^(?:python|code|function|program|script|class|snippet|called|named|returns?|takes?|prints?)$/i.test(
        word,
      ),
  );
  const name =
    named ??
    (words
      .slice(0, 3)
      .join("_")
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, "") ||
      "answer");
  const body =
    known?.code ??
    `def ${name}(value):\n    """Stands in for: ${question.text
      .replaceAll(/["\\\s]+/g, " ")
      .slice(0, 60)
      .trim()}"""\n    return value\n\n\nprint(${name}("simulated"))`;
  return `Here is a small Python program:\n\n\`\`\`python\n${body}\n\`\`\``;
};

const snippets: readonly { readonly asks: RegExp; readonly code: string }[] = [
  {
    asks: /fibonacci/i,
    code: "def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n\n\nprint([fibonacci(n) for n in range(10)])",
  },
  {
    asks: /factorial/i,
    code: "def factorial(n):\n    result = 1\n    for k in range(2, n + 1):\n        result *= k\n    return result\n\n\nprint(factorial(10))",
  },
  {
    asks: /prime/i,
    code: "def is_prime(n):\n    return n > 1 and all(n % k for k in range(2, int(n**0.5) + 1))\n\n\nprint([n for n in range(50) if is_prime(n)])",
  },
  {
    asks: /fizz ?buzz/i,
    code: 'for n in range(1, 16):\n    print("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or n)',
  },
  { asks: /revers/i, code: 'def reverse(text):\n    return text[::-1]\n\n\nprint(reverse("simulated"))' },
  {
    asks: /sort/i,
    code: "def sort_values(values):\n    return sorted(values)\n\n\nprint(sort_values([3, 1, 2]))",
  },
  { asks: /hello[, ]*world/i, code: 'print("Hello, world!")' },
  {
    asks: /openrouter|chat completion|api/i,
    code: 'import os\nimport requests\n\nreply = requests.post(\n    "https://openrouter.ai/api/v1/chat/completions",\n    headers={"Authorization": f"Bearer {os.environ[\'OPENROUTER_API_KEY\']}"},\n    json={\n        "model": os.environ["OPENROUTER_MODEL"],\n        "messages": [{"role": "user", "content": "Hello!"}],\n    },\n)\nprint(reply.json()["choices"][0]["message"]["content"])',
  },
];

export const story: Skill = (question) => {
  const length = Number(/\b(\d{2,4})[- ]words?\b/i.exec(question.text)?.[1] ?? 0);
  if (!/\b(?:story|tale|essay|article|paragraphs?|blog post|long)\b/i.test(question.text) && length === 0)
    return null;
  const about = aboutWhat(question);
  const lines = [
    `Once there was a question about ${about}, and nobody near it had an answer.`,
    "It set out along a wire, through a gateway that wrote down every word, and came to a house with many models.",
    `“We are only painted on the door,” said the names, “but we can show you the way it would go.”`,
    `So the question watched itself being read, counted in tokens, priced to the last digit and answered piece by piece.`,
    `When it came home it knew little more about ${about}, yet it knew the road, and the next time it went the whole way.`,
    `On that road it met others: one about rain, one about numbers, one that was never finished.`,
    `Each of them asked what ${about} had to do with it, and each got a slightly different reply.`,
  ];
  const wanted = Math.min(600, length === 0 ? 100 : length);
  const words: string[] = [];
  for (let turn = 0; words.length < wanted; turn += 1)
    words.push(...(lines[turn % lines.length] ?? "").split(" "));
  return length === 0
    ? lines.slice(0, 5).join(" ")
    : `${words
        .slice(0, wanted)
        .join(" ")
        .replace(/[,.;:]$/, "")}.`;
};

export const summary: Skill = ({ text }) => {
  const asked = /\b(?:summari[sz]e|tl;?dr|sum up)\b[^:\n]{0,80}[:\n]\s*([\s\S]{20,})/i.exec(text)?.[1];
  if (asked === undefined) return null;
  const sentences = asked.trim().split(/(?<=[.!?])\s+/);
  const first = sentences[0] ?? "";
  return `In short: ${first.slice(0, 300)}${sentences.length > 1 ? ` (That is the first of ${sentences.length} sentences; key words: ${topicWords(asked).join(", ")}.)` : ""}`;
};

export const translation: Skill = ({ text }) => {
  const asked =
    /\btranslate\b[^"“]{0,60}["“]([^"”]{1,300})["”][^.?!]{0,20}?(?:\b(?:in)?to\s+(\p{L}{3,20}))?/iu.exec(
      text,
    );
  if (!asked?.[1]) return null;
  const language = asked[2] ?? /\b(?:in)?to\s+(\p{Lu}\p{L}{2,20})/u.exec(text)?.[1] ?? "that language";
  const known = hello[language.toLowerCase()];
  return /^(?:hello|hi)\b/i.test(asked[1]) && known !== undefined
    ? known
    : `A real model would now write “${asked[1]}” in ${language}; the stand-in speaks too few languages to do it well.`;
};

const hello: Readonly<Record<string, string>> = {
  french: "Bonjour",
  german: "Hallo",
  spanish: "Hola",
  italian: "Ciao",
  japanese: "こんにちは",
  portuguese: "Olá",
  russian: "Привет",
  chinese: "你好",
  arabic: "مرحبا",
  hindi: "नमस्ते",
};

/** What is said when no other skill knows better: takes up the question's words and tells what this call shows. */
export const general = (question: Question): string => {
  if (question.text.trim() === "") return "The newest message has no text, so there is nothing to take up.";
  const topic =
    question.topic.length === 0 ? `“${question.text.slice(0, 60).trim()}”` : question.topic.join(", ");
  const opening = question.pick(
    [
      `You ask about ${topic}.`,
      `Your question is about ${topic}.`,
      `Let us look at ${topic}.`,
      `On ${topic}: a good question.`,
    ],
    "opening",
  );
  const middle = question.pick(
    [
      `A real model would now say what it knows of ${subject(question)}; the stand-in only shows how such an answer travels: in small pieces, each in an event of its own.`,
      `The simulator knows little of ${subject(question)}, but request, stream, tokens and price are shaped like the real ones.`,
      `I can't think about ${subject(question)} as a real model would, yet your program can't tell the difference: the same fields, the same events, the same end.`,
    ],
    "middle",
  );
  const close = question.pick(
    [
      "Set a key and run the same program to hear a model's own words.",
      "Try temperature, max_tokens or a system message and watch what changes in the call.",
      "Open the call to see what was sent, what came back and what it would have cost.",
    ],
    "close",
  );
  const persona = /\byou are (?:an? )?([^.\n,]{3,60})/i.exec(question.system)?.[1];
  return [opening, ...(persona === undefined ? [] : [`(Speaking as ${persona}.)`]), middle, close].join(" ");
};

function aboutWhat(question: Question): string {
  const asked = /\b(?:about|on|of)\s+(?:the\s+|a\s+|an\s+)?([\p{L}\p{M}][\p{L}\p{M}\p{N} '’-]{1,40})/iu.exec(
    question.text,
  )?.[1];
  return (asked ?? subject(question)).trim().toLowerCase();
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
