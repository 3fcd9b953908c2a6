/**
 * The document that a stranger's HTML is shown in: it has no origin, may load nothing, and is empty until our page sends it
 * the text. A frame with `srcdoc` would inherit the page's own policy, which forbids the scripts that plots are made of.
 */
import type { Reply } from "./replies.ts";

const policy = [
  "sandbox allow-scripts",
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "font-src data:",
  "media-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/**
 * Takes one message from the page that framed it, `{ html, style }`, and tells back the height of what came of it, px, each
 * time that changes, and what the wheel turns where nothing is left to scroll. Writing into a document leaves it under the same policy.
 */
const script = `"use strict";
addEventListener("message", function take(event) {
  if (window === parent || event.source !== parent || event.origin !== new URL(location.href).origin) return;
  removeEventListener("message", take);
  const page = event.source;
  const { html, style } = event.data;
  document.open();
  const tell = () => page.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, event.origin);
  // Only once all of it is there: the first answer decides how much room it gets. Opening took all listeners away.
  addEventListener("load", () => {
    tell();
    new ResizeObserver(tell).observe(document.documentElement);
  });
  addEventListener("wheel", ({ deltaY }) => {
    const { scrollTop, scrollHeight } = document.scrollingElement;
    const isAtEnd = deltaY < 0 ? scrollTop <= 0 : scrollTop + innerHeight >= scrollHeight - 1;
    if (isAtEnd) page.postMessage({ wheel: deltaY }, event.origin);
  }, { passive: true });
  document.write("<!doctype html><meta charset=utf-8><style>" + style + "</style>", html);
  document.close();
});
`;

export const frameReply: Reply = {
  status: 200,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-cache",
  },
  body: `<!doctype html><meta charset="utf-8"><title>Result</title><script>${script}</script>`,
};
