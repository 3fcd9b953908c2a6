/** Cuts long texts so that a browser draws only what is looked at. Pure. */
import type { Piece } from "./json-pieces.ts";

const blockCharacters = 16_384;

/**
 * The whole text in blocks of about 16,000 characters, each to stand on lines of its own: a block ends where a line ends,
 * whose line feed is left out then; a line longer than a block is cut.
 */
export function textBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = 0; from < text.length;) {
    const to = Math.min(from + blockCharacters, text.length);
    const line = to === text.length ? -1 : text.lastIndexOf("\n", to - 1);
    if (line > from) {
      blocks.push(text.slice(from, line));
      from = line + 1;
    } else {
      const end = to < text.length && isHighSurrogate(text.charCodeAt(to - 1)) ? to - 1 : to;
      blocks.push(text.slice(from, end));
      from = end;
    }
  }
  return blocks;
}

/** As many pieces as fit into `characters`; a piece that alone is longer is cut, marked by an ellipsis. */
export function firstPieces(pieces: readonly Piece[], characters: number): readonly Piece[] {
  const first: Piece[] = [];
  let left = characters;
  for (const piece of pieces) {
    if (left <= 0) break;
    first.push(piece.text.length > left ? { ...piece, text: `${piece.text.slice(0, left)}…` } : piece);
    left -= piece.text.length;
  }
  return first;
}

/** Characters over all pieces. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.text.length, 0);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
