/** What a recorded request's body reads as in the editor, and what is wrong with what became of it. Pure. */
import type { CallRecord } from "../../contract/calls.ts";
import { headerOf } from "../copy-as/copied-request.ts";
import { jsonPieces } from "../recorded/json-pieces.ts";

export interface Editable {
  /** Null: there is nothing to edit, and `says` tells why. */
  readonly text: string | null;
  readonly isJson: boolean;
  readonly says: string | null;
  /** Whether it can be sent again at all. */
  readonly canSend: boolean;
}

/** A longer text is not laid out: it would only be slower to edit. */
const laidOutLength = 300_000;

export function editableOf({ request }: CallRecord): Editable {
  const isJson = /json/i.test(headerOf(request.headers, "content-type") ?? "");
  const nothing = { text: null, isJson: false };
  if (request.cut)
    return {
      ...nothing,
      canSend: false,
      says: "Its request was larger than what is recorded, so it can't be sent again.",
    };
  if (!request.isText)
    return { ...nothing, canSend: true, says: "Its body is no text; it can be sent again as it was." };
  if (request.text === "")
    return { ...nothing, canSend: true, says: "It has no body; it can be sent again as it was." };
  const { text } = request;
  const pieces = isJson && text.length <= laidOutLength ? jsonPieces(text) : null;
  return { text: pieces?.map((piece) => piece.text).join("") ?? text, isJson, says: null, canSend: true };
}

/** Why the text is not the JSON that its headers call it, in the browser's own words; null when it is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "It can't be read.";
  }
}
