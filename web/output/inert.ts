/** Takes from the terminal whatever would act on the user's machine, and what only a live program may ask of it. */
import type { Terminal } from "@xterm/xterm";

/** Sequences that set titles, the clipboard, colours or links, or ask about the terminal, do nothing. */
const inertOsc = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 17, 19, 22, 50, 52, 99, 104, 105, 110, 111, 112, 133, 633, 777,
  1337,
];
/** Mouse, focus reports and bracketed paste: they mean something only where a program reads the keys. */
const liveModes = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 9001]);

/** Puts back what a program may have left behind when it ended: modes of keys and mouse, the cursor, the other screen. */
export const leaveBehind =
  [...liveModes].map((mode) => `\u001B[?${mode}l`).join("") + "\u001B[!p\u001B[?25h\u001B[?47l";

/** `isLive`: a program that runs now reads what is typed here. Reports would otherwise be answered into nothing, or twice. */
export function makeInert(terminal: Terminal, isLive: () => boolean): void {
  const { parser } = terminal;
  for (const id of inertOsc) parser.registerOscHandler(id, () => true);
  const isInert = (): boolean => !isLive();
  const swallowModes = (params: readonly (number | number[])[]): boolean =>
    isInert() && params.every((mode) => typeof mode === "number" && liveModes.has(mode));
  parser.registerCsiHandler({ prefix: "?", final: "h" }, swallowModes);
  for (const prefix of ["", ">", "="])
    parser.registerCsiHandler({ ...(prefix === "" ? {} : { prefix }), final: "c" }, isInert);
  for (const prefix of ["", "?"])
    parser.registerCsiHandler({ ...(prefix === "" ? {} : { prefix }), final: "n" }, isInert);
}
