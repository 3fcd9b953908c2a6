/** Which grammar colours a file, by its name's ending; each is loaded when the first such file is opened. */
import { monaco } from "./monaco.ts";
import "monaco-editor/languages/definitions/css/register.js";
import "monaco-editor/languages/definitions/html/register.js";
import "monaco-editor/languages/definitions/ini/register.js";
import "monaco-editor/languages/definitions/javascript/register.js";
import "monaco-editor/languages/definitions/markdown/register.js";
import "monaco-editor/languages/definitions/sql/register.js";
import "monaco-editor/languages/definitions/xml/register.js";
import "monaco-editor/languages/definitions/yaml/register.js";

// Monaco's own support of JSON is a language server; its colours are all that is wanted here.
monaco.languages.register({ id: "json" });
monaco.languages.setMonarchTokensProvider("json", {
  tokenizer: {
    root: [
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, "call"],
      [/"(?:[^"\\]|\\.)*"/, "string"],
      [/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/, "number"],
      [/\b(?:true|false|null)\b/, "constant"],
      [/[{}[\],:]/, "delimiter"],
    ],
  },
});

const byEnding: Readonly<Record<string, string>> = {
  py: "python",
  pyi: "python",
  css: "css",
  htm: "html",
  html: "html",
  cfg: "ini",
  env: "ini",
  ini: "ini",
  toml: "ini",
  js: "javascript",
  mjs: "javascript",
  json: "json",
  jsonl: "json",
  ipynb: "json",
  md: "markdown",
  sql: "sql",
  svg: "xml",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
};

export function languageOf(path: string): string {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(byEnding, ending) ? (byEnding[ending] ?? "plaintext") : "plaintext";
}
