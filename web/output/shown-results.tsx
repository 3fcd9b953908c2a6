/** Puts what a program shows into its output: loads it, finds out how high it is, and holds that many lines for it. */
import { render } from "preact";
import type { FailureReply, Result } from "../../contract/failures.ts";
import type { RunId } from "../../contract/ids.ts";
import type { RunResult } from "../../contract/results.ts";
import { loadPicture } from "./pictures.ts";
import { ResultCard } from "./result-card.tsx";
import type { ResultPlaces } from "./result-places.ts";
import { lineEnd, resultLine, textResult } from "./terminal-words.ts";

export interface ResultAccess {
  readonly load: (run: RunId, result: RunResult) => Promise<Result<Uint8Array<ArrayBuffer>, FailureReply>>;
  readonly download: (run: RunId, result: RunResult) => void;
  readonly enlarge: (run: RunId, result: RunResult, content: string) => void;
  /** The frame's document on this server. */
  readonly frameAddress: string;
}

export interface ShownResults {
  /** The lines to write at its place, from the beginning of a line on, once it is known how many those are. */
  readonly show: (run: RunId, result: RunResult, isCurrent: () => boolean) => Promise<string>;
}

/** Height of a card's head with the gap around the card, px; also in output-pane.css. */
const headHeight = 34;
/** A document that does not tell its height by then gets this one, px. */
const usualFrameHeight = 160;
const patienceMs = 3_000;
/** Documents that live at once: each is a program of its own. Older ones keep their place, and are shown again on a press. */
const mostFrames = 12;

export function createShownResults(places: ResultPlaces, access: ResultAccess): ShownResults {
  let frames: { readonly element: HTMLElement; readonly rest: () => void }[] = [];
  const countFrame = (element: HTMLElement, rest: () => void): void => {
    frames = [...frames.filter((other) => other.element !== element), { element, rest }];
    while (frames.length > mostFrames) frames.shift()?.rest();
  };

  const show: ShownResults["show"] = async (run, result, isCurrent) => {
    if (!result.kept) return resultLine(result);
    const download = (): void => access.download(run, result);
    const enlarge = (content: string): void => access.enlarge(run, result, content);
    const common = { result, frameAddress: access.frameAddress, onDownload: download };
    /** Holds the lines for an element of this height, px. */
    const hold = (element: HTMLElement, height: number): string => {
      const rows = places.rowsOf(height + headHeight);
      places.place(element, rows);
      return resultLine(result) + lineEnd.repeat(rows - 1);
    };
    const named = (): string => {
      const element = places.make();
      render(<ResultCard {...common} content={null} onEnlarge={() => undefined} />, element);
      return hold(element, 0);
    };
    if (result.display === "file") return named();

    const loaded = await access.load(run, result);
    if (!isCurrent()) return "";
    if (!loaded.ok) return resultLine({ ...result, kept: false, note: loaded.error.says });
    if (result.display === "text") return textResult(new TextDecoder().decode(loaded.value));
    if (result.display === "image") {
      const picture = await loadPicture(loaded.value, result.mediaType ?? "");
      if (!isCurrent()) return "";
      if (picture === null) return named();
      const element = places.make();
      const scale = Math.min(
        1,
        (element.clientWidth - 2) / picture.width,
        places.mostHeight() / picture.height,
      );
      const size = { width: Math.floor(picture.width * scale), height: Math.floor(picture.height * scale) };
      const { address } = picture;
      render(
        <ResultCard {...common} content={address} size={size} onEnlarge={() => enlarge(address)} />,
        element,
      );
      return hold(element, Math.max(24, size.height));
    }
    const html = new TextDecoder().decode(loaded.value);
    const element = places.make();
    const height = await new Promise<number>((resolve) => {
      const draw = (isAlive: boolean): void =>
        render(
          isAlive ? (
            <ResultCard {...common} content={html} onEnlarge={() => enlarge(html)} onHeight={resolve} />
          ) : (
            <ResultCard {...common} content={null} onEnlarge={() => undefined} onShow={() => revive()} />
          ),
          element,
        );
      const revive = (): void => {
        draw(true);
        countFrame(element, () => draw(false));
      };
      revive();
      setTimeout(() => resolve(usualFrameHeight), patienceMs);
    });
    if (!isCurrent()) return "";
    return hold(element, Math.min(Math.max(24, height), places.mostHeight()));
  };
  return { show };
}
