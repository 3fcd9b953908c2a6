/** A body as it was on the wire: every byte of it as text, wrapped or not, in blocks that are drawn when they are looked at. */
import "./raw-view.css";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { CopyButton } from "../calls/copy-button.tsx";
import { formatBytes } from "../shell/format.ts";
import { textBlocks } from "./text-blocks.ts";

interface RawProps {
  readonly text: string;
  /** On the wire. */
  readonly bytes: number;
  /** Only the beginning was kept. */
  readonly cut: boolean;
  readonly label: string;
}

export function RawView({ text, bytes, cut, label }: RawProps) {
  const wraps = useSignal(true);
  const blocks = useMemo(() => textBlocks(text), [text]);
  const untold = notText(text);
  if (untold !== null) return <p class="says view-words">{untold}</p>;
  return (
    <div class="raw-view">
      <div class="raw-tools">
        <span>
          {formatBytes(bytes)}
          {cut && ", of which the beginning was kept"}
        </span>
        <span class="spacer" />
        <button
          type="button"
          class="btn btn-sm"
          aria-pressed={wraps.value}
          onClick={() => (wraps.value = !wraps.value)}
        >
          Wrap lines
        </button>
        <CopyButton text={text} label="Copy the body as it was" />
      </div>
      <div class={wraps.value ? "raw-text wraps" : "raw-text"} role="region" aria-label={label} tabIndex={0}>
        {blocks.map((block, index) => (
          <pre key={index}>{block}</pre>
        ))}
      </div>
    </div>
  );
}

/** The server tells in brackets what it can't write as text. */
function notText(text: string): string | null {
  const told = /^\[(\d+) bytes(?: of ([^\]]*)|, encoded as "([^"]*)"[^\]]*)\]$/.exec(text);
  if (told === null) return null;
  const [, count, type, encoding] = told;
  const size = formatBytes(Number(count));
  return encoding === undefined
    ? `The body is no text: ${size} of ${type}. The program got it byte for byte.`
    : `The body is ${size}, encoded as “${encoding}”, which can't be undone here. The program got it byte for byte.`;
}
