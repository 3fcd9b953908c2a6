/** Shows a recorded text of any size: its beginning at once, the rest when asked for, in blocks that are drawn when seen. */
import { useSignal } from "@preact/signals";
import { formatBytes } from "../shell/format.ts";
import type { Piece } from "./json-pieces.ts";
import { firstPieces, lengthOf, textBlocks } from "./text-blocks.ts";

/** More than this is shown only when asked for. */
const shownCharacters = 32_768;

interface LongTextProps {
  readonly text: string;
  /** Laid out and coloured, when it is JSON. */
  readonly pieces?: readonly Piece[] | null;
  readonly kind: "words" | "code";
}

export function LongText({ text, pieces = null, kind }: LongTextProps) {
  const all = useSignal(false);
  const first = pieces === null ? null : firstPieces(pieces, shownCharacters);
  const length = pieces === null ? text.length : lengthOf(pieces);
  const whole = (): string => (pieces === null ? text : pieces.map((piece) => piece.text).join(""));
  return (
    <div class={`long-text ${kind}`}>
      {all.value && textBlocks(whole()).map((block, index) => <pre key={index}>{block}</pre>)}
      {!all.value && first === null && <pre>{text.slice(0, shownCharacters)}</pre>}
      {!all.value && first !== null && (
        <pre>
          {first.map(({ kind, text }, index) =>
            kind === "mark" ? (
              text
            ) : (
              <span key={index} class={`json-${kind}`}>
                {text}
              </span>
            ),
          )}
        </pre>
      )}
      {length > shownCharacters && !all.value && (
        <button type="button" class="btn btn-sm" onClick={() => (all.value = true)}>
          Show all {formatBytes(length)}
        </button>
      )}
    </div>
  );
}
