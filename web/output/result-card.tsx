/** One thing that the program showed: a picture, a document in a frame of its own, or a name with its size. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { RunResult } from "../../contract/results.ts";
import { formatBytes } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { titleOf } from "./result-words.ts";
import { frameStyle, listenToFrame, type FrameEars } from "./result-frame.ts";

export interface ResultCardProps {
  readonly result: RunResult;
  /** A data: address for a picture, the text itself for a document, null for what is only named. */
  readonly content: string | null;
  /** The frame's document on this server. */
  readonly frameAddress: string;
  readonly onDownload: () => void;
  readonly onEnlarge: () => void;
  /** How large a picture is shown, px; absent: as large as it is. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly ears?: FrameEars;
  /** Brings back a document that was put to rest. */
  readonly onShow?: () => void;
}

export function ResultCard(props: ResultCardProps) {
  const { result, content, onDownload, onEnlarge, onShow } = props;
  const title = titleOf(result);
  const canEnlarge = content !== null;
  return (
    <figure class={`result ${result.display}`} aria-label={title}>
      <figcaption class="result-head">
        <Icon name={result.display === "image" ? "image" : "file-text"} size="small" />
        <span class="result-title">{title}</span>
        <span class="result-size">{formatBytes(result.sizeBytes)}</span>
        {canEnlarge && (
          <button type="button" class="icon-button tiny" aria-label={`Enlarge ${title}`} onClick={onEnlarge}>
            <Icon name="maximize-2" size="small" />
          </button>
        )}
        <button type="button" class="icon-button tiny" aria-label={`Download ${title}`} onClick={onDownload}>
          <Icon name="download" size="small" />
        </button>
      </figcaption>
      <ResultBody {...props} />
      {onShow !== undefined && (
        <button type="button" class="btn btn-sm result-again" onClick={onShow}>
          Show it again
        </button>
      )}
    </figure>
  );
}

/** The thing itself, also for the enlarged view. */
export function ResultBody({
  result,
  content,
  frameAddress,
  size,
  onEnlarge,
  ears,
}: Omit<ResultCardProps, "onDownload" | "onShow">) {
  if (content === null) return null;
  if (result.display === "image") {
    return (
      <button type="button" class="result-picture" tabIndex={-1} title="Enlarge" onClick={onEnlarge}>
        <img src={content} alt={titleOf(result)} draggable={false} {...styleOf(size)} />
      </button>
    );
  }
  return <Frame html={content} title={titleOf(result)} address={frameAddress} ears={ears ?? {}} />;
}

const styleOf = (size: ResultCardProps["size"]) =>
  size === undefined
    ? {}
    : { style: { width: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}` } };

interface FrameProps {
  readonly html: string;
  readonly title: string;
  readonly address: string;
  readonly ears: FrameEars;
}

/** A stranger's document: of no origin, without a network, and only ever in here. */
function Frame({ html, title, address, ears }: FrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const isSent = useSignal(false);
  useEffect(() => {
    return frame.current === null ? undefined : listenToFrame(frame.current, ears);
  }, []);
  return (
    <iframe
      ref={frame}
      class="result-frame"
      title={title}
      sandbox="allow-scripts"
      referrerpolicy="no-referrer"
      src={address}
      onLoad={(event) => {
        // What the document loads after that is its own affair; it gets its text once.
        if (isSent.value) return;
        isSent.value = true;
        event.currentTarget.contentWindow?.postMessage({ html, style: frameStyle() }, "*");
      }}
    />
  );
}
