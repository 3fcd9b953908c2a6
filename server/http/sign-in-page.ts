/**
 * The page with one field for the token. It sends JSON from a script file like every other change does: a form's own POST
 * would need an exception from the guard's content-type and origin rules, on the one address that attackers want most.
 */
import { failures } from "../../contract/failures.ts";
import { escaped, plainStyles } from "./plain-page.ts";

export interface SignInPage {
  readonly basePath: string;
  /** Where to go afterwards, relative to the base path; checked by `nextAddress`. */
  readonly next: string;
  /** A failed try by address (`?token=`), shown as a sentence. */
  readonly failed: string | null;
}

export const signInFiles: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ["/sign-in.css", { type: "text/css; charset=utf-8", text: plainStyles }],
  ["/sign-in.js", { type: "text/javascript; charset=utf-8", text: script() }],
]);

export function signInPage({ basePath, next, failed }: SignInPage): string {
  const failure = failed === "wrong-token" || failed === "too-many" ? failures[failed] : null;
  const said = failure === null ? "" : `${failure.says} ${failure.hint}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Sign in · Python IDE for OpenRouter</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escaped(basePath)}/sign-in.css">
<script defer src="${escaped(basePath)}/sign-in.js"></script>
</head>
<body>
<main>
<h1>Python IDE for OpenRouter</h1>
<form data-base="${escaped(basePath)}" data-next="${escaped(next)}">
<label for="token">Token or password</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus maxlength="512"
 spellcheck="false" autocapitalize="none" aria-describedby="where said"${failure === null ? "" : ' aria-invalid="true"'}>
<p id="where">The server printed an address with the token when it started; opening that address signs you in too.</p>
<p id="said" role="alert">${escaped(said)}</p>
<button type="submit">Sign in</button>
<noscript><p>Signing in here needs JavaScript, as the editor does.</p></noscript>
</form>
</main>
</body>
</html>
`;
}

function script(): string {
  return `"use strict";
const form = document.querySelector("form");
const field = document.querySelector("#token");
const button = document.querySelector("button");
const said = document.querySelector("#said");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  said.textContent = "";
  field.removeAttribute("aria-invalid");
  const problem = await signIn(field.value.trim());
  if (problem === null) return location.replace(form.dataset.base + form.dataset.next + location.hash);
  button.removeAttribute("aria-disabled");
  said.textContent = problem;
  field.setAttribute("aria-invalid", "true");
  field.select();
});

/** Null when signed in, else a sentence. */
async function signIn(token) {
  try {
    const reply = await fetch(form.dataset.base + "/api/sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (reply.ok) return null;
    const failure = await reply.json();
    return failure.says + " " + failure.hint;
  } catch {
    return "The server does not answer. Check that it is running, then try again.";
  }
}
`;
}
