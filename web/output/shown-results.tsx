/** Puts what a program shows into its output: loads it, finds out how high it is, and holds that many lines for it. */
import { render } from "preact";
import type { FailureReply, Result } from "../../contract/failures.ts";
import type { RunId } from "../../contract/ids.ts";
import type { RunResult } from "../../contract/results.ts";
import { loadPicture, type Picture } from "./pictures.ts";
import { ResultCard, type ResultCardProps } from "./result-card.tsx";
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
/** No result is lower than this, px. */
const leastHeight = 24;
/** Documents that live at once: each is a program of its own. Older ones keep their place, and are shown again on a press. */
const mostFrames = 12;

export function createShownResults(places: ResultPlaces, access: ResultAccess): ShownResults {
  let frames: { readonly element: HTMLElement; readonly rest: () => void }[] = [];
  const countFrame = (element: HTMLElement, rest: () => void): void => {
    frames = [...frames.filter((other) => other.element !== element), { element, rest }];
    while (frames.length > mostFrames) frames.shift()?.rest();
  };
  /** Holds the lines for an element of this height, px. */
  const hold = (element: HTMLElement, height: number, result: RunResult): string => {
    const rows = places.rowsOf(height + headHeight);
    places.place(element, rows);
    return resultLine(result) + lineEnd.repeat(rows - 1);
  };

  const showName = (common: Common): string => {
    const element = places.make();
    render(<ResultCard {...common} content={null} onEnlarge={nothing} />, element);
    return hold(element, 0, common.result);
  };
  const showPicture = ({ address, width, height }: Picture, common: Common, enlarge: Enlarge): string => {
    const element = places.make();
    const scale = Math.min(1, (element.clientWidth - 2) / width, places.mostHeight() / height);
    const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
    render(
      <ResultCard {...common} content={address} size={size} onEnlarge={() => enlarge(address)} />,
      element,
    );
    return hold(element, Math.max(leastHeight, size.height), common.result);
  };
  const showDocument = async (
    html: string,
    common: Common,
    enlarge: Enlarge,
    isCurrent: () => boolean,
  ): Promise<string> => {
    const element = places.make();
    const height = await new Promise<number>((resolve) => {
      const ears = { onHeight: resolve, onWheel: places.scroll };
      const rest = (): void =>
        render(<ResultCard {...common} content={null} onEnlarge={nothing} onShow={live} />, element);
      const live = (): void => {
        render(
          <ResultCard {...common} content={html} onEnlarge={() => enlarge(html)} ears={ears} />,
          element,
        );
        countFrame(element, rest);
      };
      live();
      setTimeout(() => resolve(usualFrameHeight), patienceMs);
    });
    if (!isCurrent()) return "";
    return hold(element, Math.min(Math.max(leastHeight, height), places.mostHeight()), common.result);
  };

  return {
    show: async (run, result, isCurrent) => {
      if (!result.kept) return resultLine(result);
      const common: Common = {
        result,
        frameAddress: access.frameAddress,
        onDownload: () => access.download(run, result),
      };
      const enlarge: Enlarge = (content) => access.enlarge(run, result, content);
      if (result.display === "file") return showName(common);
      const loaded = await access.load(run, result);
      if (!isCurrent()) return "";
      if (!loaded.ok) return resultLine({ ...result, kept: false, note: loaded.error.says });
      if (result.display === "image") {
        const picture = await loadPicture(loaded.value, result.mediaType ?? "");
        if (!isCurrent()) return "";
        return picture === null ? showName(common) : showPicture(picture, common, enlarge);
      }
      const text = new TextDecoder().decode(loaded.value);
      return result.display === "text" ? textResult(text) : showDocument(text, common, enlarge, isCurrent);
    },
  };
}

type Common = Pick<ResultCardProps, "result" | "frameAddress" | "onDownload">;
type Enlarge = (content: string) => void;
const nothing = (): void => undefined;
