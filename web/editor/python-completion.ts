/** Completion without a language server: Python's words, the environment that a run has, and a few shapes one types daily. */
import type { IDisposable, languages } from "monaco-editor/editor.js";
import { builtins, constants, exceptions, keywords } from "./python-words.ts";

type Monaco = typeof import("monaco-editor/editor.js");

/** What a run finds in its environment (docs: Environment). */
const variables = [
  "OPENROUTER_API_KEY",
  "OPENROUTER_MODEL",
  "OPENROUTER_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
];

const shapes: readonly { readonly word: string; readonly says: string; readonly text: string }[] = [
  {
    word: "def",
    says: "function",
    text: 'def ${1:name}(${2:arguments}):\n    """${3:What it does.}"""\n    $0',
  },
  {
    word: "class",
    says: "class",
    text: "class ${1:Name}:\n    def __init__(self, ${2:arguments}):\n        $0",
  },
  { word: "for", says: "loop", text: "for ${1:item} in ${2:items}:\n    $0" },
  { word: "while", says: "loop", text: "while ${1:condition}:\n    $0" },
  { word: "with", says: "context", text: "with ${1:open(path)} as ${2:file}:\n    $0" },
  { word: "try", says: "try and except", text: "try:\n    $1\nexcept ${2:Exception} as ${3:error}:\n    $0" },
  { word: "main", says: "run as a program", text: 'if __name__ == "__main__":\n    $0' },
  {
    word: "chat",
    says: "chat completion",
    text: [
      "reply = requests.post(",
      '    "https://openrouter.ai/api/v1/chat/completions",',
      '    headers={"Authorization": f"Bearer {os.environ[\'OPENROUTER_API_KEY\']}"},',
      "    json={",
      '        "model": os.environ["OPENROUTER_MODEL"],',
      '        "messages": [{"role": "user", "content": "${1:Hello}"}],',
      "    },",
      "    timeout=60,",
      ")",
      "reply.raise_for_status()",
      'print(reply.json()["choices"][0]["message"]["content"])$0',
    ].join("\n"),
  },
];

export function completePython(monaco: Monaco): IDisposable {
  const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;
  return monaco.languages.registerCompletionItemProvider("python", {
    provideCompletionItems(model, position) {
      const word = model.getWordUntilPosition(position);
      const range = {
        startLineNumber: position.lineNumber,
        endLineNumber: position.lineNumber,
        startColumn: word.startColumn,
        endColumn: word.endColumn,
      };
      const before = model.getLineContent(position.lineNumber).slice(0, word.startColumn - 1);
      // After a dot only the object's own names would be right, and those are not known here.
      if (before.endsWith(".")) return { suggestions: [] };
      const plain = (kind: languages.CompletionItemKind) => (label: string) => ({
        label,
        kind,
        insertText: label,
        range,
      });
      if (/environ(?:\.get\(|\[)["']$|getenv\(["']$/.test(before)) {
        return { suggestions: variables.map(plain(CompletionItemKind.Constant)) };
      }
      // Inside a string or a comment the words of the file are better company.
      if (/#|(["'])(?:(?!\1).)*$/.test(before.replace(/(["'])(?:(?!\1).)*\1/g, "")))
        return { suggestions: [] };
      return {
        suggestions: [
          ...keywords.map(plain(CompletionItemKind.Keyword)),
          ...constants.map(plain(CompletionItemKind.Constant)),
          ...builtins.map(plain(CompletionItemKind.Function)),
          ...exceptions.map(plain(CompletionItemKind.Class)),
          ...shapes.map(({ word: label, says, text }) => ({
            label: { label, description: says },
            kind: CompletionItemKind.Snippet,
            insertText: text,
            insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet,
            // Below the plain word of the same name.
            sortText: `${label}~`,
            range,
          })),
        ],
      };
    },
  });
}
