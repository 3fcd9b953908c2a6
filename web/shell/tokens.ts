/** Reads the style sheet's colour tokens for what can't use CSS variables: Monaco and the terminal. */

/** The value of a token such as "--bs-body-bg" in the theme that is in force, as "#rrggbb". */
export function colourOf(token: `--${string}`): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  // The build writes "#ffffff" as "#fff", which Monaco does not read.
  return /^#[\da-f]{3}$/i.test(value) ? value.replace(/[\da-f]/gi, "$&$&") : value;
}

/** The fonts of code, as in the style sheet. */
export function codeFont(): string {
  return getComputedStyle(document.documentElement).getPropertyValue("--bs-font-monospace").trim();
}
