/** Debian's Chromium and how it is started here: without a sandbox of its own, since we are root, and without a word to anybody outside. */

/** The tests' set-up installs it. */
export const chromiumPath = "/usr/bin/chromium";

export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
