/** A result over the whole page: a picture at its own size, a document with room to be read. */
import type { RunId } from "../../contract/ids.ts";
import type { RunResult } from "../../contract/results.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { ResultBody } from "./result-card.tsx";
import { titleOf } from "./result-words.ts";

export interface Enlarged {
  readonly run: RunId;
  readonly result: RunResult;
  /** As in ResultCard. */
  readonly content: string;
}

interface EnlargedResultProps {
  readonly shown: Enlarged | null;
  readonly frameAddress: string;
  readonly onDownload: (shown: Enlarged) => void;
  readonly onClose: () => void;
}

export function EnlargedResult({ shown, frameAddress, onDownload, onClose }: EnlargedResultProps) {
  return (
    <Dialog
      open={shown !== null}
      onClose={onClose}
      label={shown === null ? "Result" : titleOf(shown.result)}
      class={`enlarged ${shown?.result.display ?? ""}`}
    >
      {shown !== null && (
        <>
          <div class="enlarged-body">
            <ResultBody
              result={shown.result}
              content={shown.content}
              frameAddress={frameAddress}
              onEnlarge={onClose}
            />
          </div>
          <footer class="enlarged-foot">
            <button type="button" class="btn btn-sm" onClick={() => onDownload(shown)}>
              <Icon name="download" size="small" />
              Download
            </button>
          </footer>
        </>
      )}
    </Dialog>
  );
}
