/** Reads server-sent events (WHATWG HTML, 9.2) from bytes in whatever pieces they come, in bounded memory and linear time. */

export type StreamPiece =
  | { readonly kind: "comment"; readonly text: string; readonly cut: boolean }
  /** `name` is the `event:` field, null when the event had none. */
  | { readonly kind: "data"; readonly name: string | null; readonly text: string; readonly cut: boolean };

export interface EventStreamReader {
  /**
   * What these bytes completed, in order. The pieces are the same however the bytes are split. Whole events of which `isIdle`
   * says that they tell nothing are left out, where many come at once: it is given their text, unparted.
   */
  feed(bytes: Uint8Array, isIdle?: (events: string) => boolean): readonly StreamPiece[];
  /** What still stood open when the stream ended; browsers would drop it, Python clients read it. */
  end(): readonly StreamPiece[];
}

/** A line or event longer than `maxLength` (UTF-16 units) is kept up to there and marked `cut`; the rest is skipped. */
export function createEventStreamReader(maxLength = 1024 * 1024): EventStreamReader {
  const decoder = new TextDecoder("utf-8");
  const line = createBoundedText(maxLength);
  const data = createBoundedText(maxLength);
  let hasData = false;
  let name: string | null = null;
  let afterReturn = false;

  const dispatch = (into: StreamPiece[]): void => {
    const { text, cut } = data.take();
    if (hasData) into.push({ kind: "data", name, text, cut });
    hasData = false;
    name = null;
  };

  const endLine = (into: StreamPiece[]): void => {
    const { text, cut } = line.take();
    if (text === "") return dispatch(into);
    const colon = text.indexOf(":");
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? "" : text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "") into.push({ kind: "comment", text: value, cut });
    else if (field === "event") name = value;
    else if (field === "data") {
      data.add(hasData ? `\n${value}` : value);
      if (cut) data.markCut();
      hasData = true;
    }
  };

  const read = (text: string): readonly StreamPiece[] => {
    const pieces: StreamPiece[] = [];
    let start = 0;
    if (afterReturn && text !== "") {
      if (text.startsWith("\n")) start = 1;
      afterReturn = false;
    }
    const ends = /\r\n|\r|\n/g;
    ends.lastIndex = start;
    for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
      line.add(text.slice(start, found.index));
      start = ends.lastIndex;
      // The line feed that may belong to this carriage return could be in the next piece.
      afterReturn = found[0] === "\r" && start === text.length;
      endLine(pieces);
    }
    line.add(text.slice(start));
    return pieces;
  };

  return {
    feed(bytes, isIdle) {
      const text = decoder.decode(bytes, { stream: true });
      // Between two empty lines nothing stands open, whatever was before the first one.
      const [first, last] =
        isIdle === undefined ? [-1, -1] : [text.indexOf("\n\n"), text.lastIndexOf("\n\n")];
      return first < last && isIdle?.(text.slice(first + 2, last + 2)) === true
        ? [...read(text.slice(0, first + 2)), ...read(text.slice(last + 2))]
        : read(text);
    },
    end() {
      const pieces = [...read(decoder.decode())];
      endLine(pieces);
      dispatch(pieces);
      return pieces;
    },
  };
}

interface BoundedText {
  add(text: string): void;
  markCut(): void;
  take(): { readonly text: string; readonly cut: boolean };
}

function createBoundedText(maxLength: number): BoundedText {
  let text = "";
  let cut = false;
  return {
    add(more) {
      if (cut || more === "") return;
      cut = text.length + more.length > maxLength;
      text += cut ? more.slice(0, maxLength - text.length) : more;
    },
    markCut() {
      cut = true;
    },
    take() {
      const taken = { text, cut };
      text = "";
      cut = false;
      return taken;
    },
  };
}
