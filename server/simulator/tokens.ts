/** Cuts text into the pieces that the simulator counts, streams and bills as tokens. */

const piece = /\s?\p{L}[\p{L}\p{M}]{0,5}|\s?\p{N}{1,3}|\s?[^\s\p{L}\p{N}]{1,2}|\s+/gu;

/** Past this length tokens are estimated from the length alone, so that a huge prompt costs no time to count. */
const countedCharacters = 200_000;

/** The pieces of `text` in order; joined they are `text` again. */
export const tokenPieces = (text: string): string[] => text.match(piece) ?? [];

/** How many tokens `text` is: equal text, equal number. */
export function countTokens(text: string): number {
  if (text.length > countedCharacters) return Math.ceil(text.length / 4);
  return tokenPieces(text).length;
}
