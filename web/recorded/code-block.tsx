/** A piece of code on its own ground, with its language and a button that copies it; JSON is laid out and coloured. */
import "./code-block.css";
import { useMemo } from "preact/hooks";
import { CopyButton } from "../calls/copy-button.tsx";
import { jsonPieces } from "./json-pieces.ts";
import { LongText } from "./long-text.tsx";

/** Laying out more would hold up the page. */
const laidOutCharacters = 200_000;

interface CodeProps {
  readonly text: string;
  /** "py", "json"; empty when nobody told. */
  readonly language: string;
  readonly label: string;
}

export function CodeBlock({ text, language, label }: CodeProps) {
  const isJson = language === "json" && text.length <= laidOutCharacters;
  const pieces = useMemo(() => (isJson ? jsonPieces(text) : null), [text, isJson]);
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{language}</span>
        <CopyButton text={text} label={label} />
      </div>
      <LongText text={text} pieces={pieces} kind="code" />
    </div>
  );
}
