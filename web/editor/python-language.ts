/** How Python is coloured, indented and folded: Monaco's own grammar knows neither calls nor f-strings. */
import type { languages } from "monaco-editor/editor.js";
import { builtins, constants, exceptions, keywords } from "./python-words.ts";

export const pythonLanguage: languages.LanguageConfiguration = {
  comments: { lineComment: "#", blockComment: ['"""', '"""'] },
  brackets: [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
  ],
  autoClosingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: "(", close: ")" },
    { open: '"', close: '"', notIn: ["string"] },
    { open: "'", close: "'", notIn: ["string", "comment"] },
  ],
  surroundingPairs: ["{}", "[]", "()", '""', "''", "``"].map((pair) => ({
    open: pair.charAt(0),
    close: pair.charAt(1),
  })),
  onEnterRules: [
    {
      beforeText:
        /^\s*(?:def|class|for|if|elif|else|while|try|with|finally|except|async|match|case)\b.*:\s*(?:#.*)?$/,
      action: { indentAction: 1 /* Indent */ },
    },
    {
      beforeText: /^\s+(?:return|pass|break|continue|raise)\b[^([{]*$/,
      action: { indentAction: 3 /* Outdent */ },
    },
  ],
  folding: { offSide: true, markers: { start: /^\s*#region\b/, end: /^\s*#endregion\b/ } },
};

const escapes = /\\(?:[abfnrtv\\'"\n]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|N\{[^}]+\}|[0-7]{1,3})/;

/** The four quotes, each with its state; `f` ones hold expressions, `r` ones no escapes. */
const quotes = [
  { state: "double", quote: '"', isLong: false },
  { state: "single", quote: "'", isLong: false },
  { state: "longDouble", quote: '"""', isLong: true },
  { state: "longSingle", quote: "'''", isLong: true },
] as const;

type Rule = languages.IMonarchLanguageRule;

function stringRules(): Record<string, Rule[]> {
  const states: Record<string, Rule[]> = {};
  for (const { state, quote, isLong } of quotes) {
    const end: Rule[] = [[new RegExp(quote), "string", "@pop"]];
    // A short string that is not closed ends with its line.
    const cutOff: Rule[] = isLong ? [] : [[/[^\\]$/, "string", "@pop"]];
    const plain: Rule = [/[^\\'"{}]+(?!$)/, "string"];
    const rest: Rule = [/./, "string"];
    const escape: Rule = [escapes, "string.escape"];
    states[state] = [...end, escape, [/\\./, "string"], plain, ...cutOff, rest];
    states[`${state}Raw`] = [...end, [/\\./, "string"], plain, ...cutOff, rest];
    states[`${state}Format`] = [
      ...end,
      [/\{\{|\}\}/, "string.escape"],
      [/\{/, { token: "delimiter.expression", next: "@expression" }],
      escape,
      [/\\./, "string"],
      plain,
      ...cutOff,
      rest,
    ];
  }
  return states;
}

const stringStarts: Rule[] = [...quotes].reverse().flatMap(({ state, quote }): Rule[] => [
  [new RegExp(`(?:[fFtT][rR]?|[rR][fFtT])${quote}`), "string", `@${state}Format`],
  [new RegExp(`(?:[rR][bB]?|[bB][rR])${quote}`), "string", `@${state}Raw`],
  [new RegExp(`[bBuU]?${quote}`), "string", `@${state}`],
]);

const words = {
  "@constants": "constant",
  "@keywords": "keyword",
  "@exceptions": "builtin",
  "@builtins": "builtin",
  self: "self",
  cls: "self",
} as const;

const code: Rule[] = [
  [/#.*$/, "comment"],
  ...stringStarts,
  [/@[A-Za-z_][\w.]*/, "decorator"],
  [/\b(def)(\s+)([A-Za-z_]\w*)/, ["keyword", "white", "call"]],
  [/\b(class)(\s+)([A-Za-z_]\w*)/, ["keyword", "white", "builtin"]],
  // An attribute is never a keyword: `record.type`, `re.match(…)`.
  [/(\.)([A-Za-z_]\w*)(?=\s*\()/, ["delimiter", "call"]],
  [/(\.)([A-Za-z_]\w*)/, ["delimiter", "identifier"]],
  [/[A-Z][A-Z\d]*(?:_[A-Z\d]+)*\b(?!\s*\()/, { cases: { "@constants": "constant", "@default": "global" } }],
  [/[A-Za-z_]\w*(?=\s*\()/, { cases: { ...words, "@default": "call" } }],
  [/[A-Za-z_]\w*/, { cases: { ...words, "@default": "identifier" } }],
  [/0[xX][\dA-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+/, "number"],
  [/(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?/, "number"],
  [/[{}[\]()]/, "@brackets"],
  [/->|:=|[-+*/%@&|^~<>=!:,.;]+/, "delimiter"],
];

export const pythonTokens: languages.IMonarchLanguage = {
  defaultToken: "",
  tokenPostfix: ".python",
  keywords,
  constants,
  builtins,
  exceptions,
  brackets: [
    { open: "{", close: "}", token: "delimiter.curly" },
    { open: "[", close: "]", token: "delimiter.bracket" },
    { open: "(", close: ")", token: "delimiter.parenthesis" },
  ],
  tokenizer: {
    root: code,
    // What stands in the braces of an f-string, up to the closing one; a format (":.2f") is text again.
    expression: [
      [/\}/, { token: "delimiter.expression", next: "@pop" }],
      [/:[^}{'"]*(?=\})/, "string"],
      [/\{/, { token: "delimiter.curly", next: "@expression" }],
      ...code.filter((rule) => Array.isArray(rule) && String(rule[0]) !== String(/[{}[\]()]/)),
      [/[[\]()]/, "@brackets"],
    ],
    ...stringRules(),
  },
};
