/** What the server's own small pages share: their looks, escaping, and the page that tells a person why an address failed. */
import type { FailureReply } from "../../contract/failures.ts";

/** Dark or light as the system is, from a phone's width up. */
export const plainStyles = `:root { color-scheme: dark light; --ground: #0e1525; --panel: #1c2333; --line: #5f6b85; --text: #f5f9fc; --soft: #b6c0d1;
  --accent: #57abff; --on-accent: #06121f; --bad: #ff8b8b; }
@media (prefers-color-scheme: light) { :root { --ground: #f3f5f9; --panel: #fff; --line: #76809a; --text: #131a2a;
  --soft: #485268; --accent: #0b5cad; --on-accent: #fff; --bad: #b3261e; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 1.75rem; background: var(--panel); border-radius: 12px; }
h1 { margin: 0 0 1.25rem; font-size: 1.25rem; line-height: 1.3; }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
input { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 8px; }
input[aria-invalid="true"] { border-color: var(--bad); }
button { width: 100%; padding: .625rem; font: inherit; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
button[aria-disabled="true"] { opacity: .6; cursor: progress; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
p { margin: .5rem 0 0; color: var(--soft); font-size: .9rem; }
#said { min-height: 1.5em; margin: .5rem 0 1rem; color: var(--bad); }
`;

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** True for a browser that navigates: it asks for a document. Everything under /api answers in JSON whoever asks. */
export const isForPerson = (path: string, accept: string | undefined): boolean =>
  accept !== undefined && accept.includes("text/html") && !/(^|\/)api(\/|$)/.test(path.split("?")[0] ?? "");

/** Its style stands in the page: the address of a style file may be refused as this one was. */
export function failurePage({ says, hint, requestId }: FailureReply): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${escaped(says)} · Python IDE for OpenRouter</title>
<link rel="icon" href="data:,">
<style>${plainStyles}</style>
</head>
<body>
<main>
<h1>${escaped(says)}</h1>
<p>${escaped(hint)}</p>
<p>Request id: ${escaped(requestId ?? "")}</p>
</main>
</body>
</html>
`;
}
