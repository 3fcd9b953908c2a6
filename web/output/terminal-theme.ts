/** The terminal's colours, made from the page's own tokens. */
import type { ITheme } from "@xterm/xterm";
import { colourOf } from "../shell/tokens.ts";
import { tintIndex } from "./stderr-tint.ts";

export function themeOfTokens(): ITheme {
  const extendedAnsi: string[] = [];
  // Only our own place is set; the others keep xterm's palette.
  extendedAnsi[tintIndex - 16] = colourOf("--stderr");
  return {
    background: colourOf("--bs-body-bg"),
    foreground: colourOf("--bs-body-color"),
    cursor: colourOf("--primary-text"),
    selectionBackground: colourOf("--selection"),
    black: colourOf("--raised"),
    red: colourOf("--bad"),
    green: colourOf("--ok"),
    yellow: colourOf("--warn"),
    blue: colourOf("--primary-text"),
    magenta: colourOf("--code-keyword"),
    cyan: colourOf("--code-builtin"),
    white: colourOf("--bs-secondary-color"),
    brightBlack: colourOf("--bs-tertiary-color"),
    brightRed: colourOf("--bad"),
    brightGreen: colourOf("--ok"),
    brightYellow: colourOf("--code-constant"),
    brightBlue: colourOf("--code-call"),
    brightMagenta: colourOf("--code-keyword"),
    brightCyan: colourOf("--code-builtin"),
    brightWhite: colourOf("--bs-body-color"),
    scrollbarSliderBackground: `${colourOf("--raised")}b0`,
    scrollbarSliderHoverBackground: colourOf("--raised"),
    extendedAnsi,
  };
}
