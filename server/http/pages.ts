/** Answers the addresses that show something: pages, the sign-in page, and the files of the build. */
import { pages, resultFrame } from "../../contract/routes.ts";
import { limits } from "../../contract/limits.ts";
import { setCookie, type CookieScope } from "./cookies.ts";
import { nextAddress, tokenParameter, withoutToken } from "./next-address.ts";
import { failurePage, isForPerson } from "./plain-page.ts";
import { frameReply } from "./result-frame.ts";
import { failed, failureReply, html, seeOther, toResponse, withCookie, type Reply } from "./replies.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInCheck } from "./sign-in.ts";
import { signInFiles, signInPage } from "./sign-in-page.ts";
import { documentAt, fileReply, type WebBuild } from "./static-files.ts";
import type { App, Visit } from "./visit.ts";

export interface PageParts {
  readonly build: WebBuild;
  readonly sessions: Sessions;
  readonly checkSignIn: SignInCheck;
  readonly instanceId: string;
}

export function addPages(app: App, parts: PageParts): void {
  for (const [name, page] of Object.entries(pages)) {
    app.get(page.path, async (c) => {
      const { visit } = c.env;
      visit.answeredBy = `page ${name}`;
      return toResponse(await pageReply(visit, page.path === pages.signIn.path, parts));
    });
    app.all(page.path, (c) => toResponse(readOnly(c.env.visit)));
  }
  addFiles(app, parts.build);
}

/** Its files are the same for everybody and hold no secret, so they need no session; neither does the sign-in page. */
function addFiles(app: App, build: WebBuild): void {
  const replies = new Map<string, (acceptEncoding: string, ifNoneMatch: string) => Reply>();
  for (const [address, file] of build.files)
    replies.set(address, (accept, match) => fileReply(file, accept, match));
  for (const [address, { type, text }] of signInFiles) {
    const headers = { "content-type": type, "cache-control": "no-cache" };
    replies.set(address, () => ({ status: 200, headers, body: text }));
  }
  replies.set(resultFrame.path, () => frameReply);
  app.notFound((c) => {
    const { visit } = c.env;
    const reply = replies.get(visit.path);
    if (reply === undefined) return toResponse(nothingThere(visit, c.req.header("accept")));
    visit.answeredBy = "file";
    if (visit.method !== "GET" && visit.method !== "HEAD") return toResponse(readOnly(visit));
    return toResponse(reply(c.req.header("accept-encoding") ?? "", c.req.header("if-none-match") ?? ""));
  });
}

function nothingThere(visit: Visit, accept: string | undefined): Reply {
  if (!isForPerson(visit.path, accept)) return failed({ code: "not-found" }, visit.requestId);
  return html(failurePage(failureReply({ code: "not-found", hint: goHome }, visit.requestId)), 404);
}

const goHome = "Check the address, or go to the start page.";

function readOnly(visit: Visit): Reply {
  const reply = failed({ code: "wrong-method" }, visit.requestId);
  return { ...reply, headers: { ...reply.headers, allow: "GET, HEAD" } };
}

async function pageReply(visit: Visit, isSignIn: boolean, parts: PageParts): Promise<Reply> {
  const { basePath, query } = visit;
  const tokens = query.getAll(tokenParameter);
  if (tokens.length > 1) {
    return failed({ code: "bad-request", says: "The address holds the token twice." }, visit.requestId);
  }
  const wanted = isSignIn ? nextAddress(query.get("next")) : withoutToken(visit.path, query);
  const session = await parts.sessions.find(visit.cookie);
  if (session !== null) {
    if (isSignIn || tokens.length > 0) return seeOther(basePath + wanted);
    const document = html(documentAt(parts.build.document, basePath));
    return session.renewed && visit.cookie !== null
      ? withCookie(document, setCookie(scopeOf(visit, parts.instanceId), visit.cookie, limits.sessionIdleMs))
      : document;
  }
  const [token] = tokens;
  if (token !== undefined && visit.method === "GET") return swapToken(token, wanted, visit, parts);
  if (isSignIn) return html(signInPage({ basePath, next: wanted, failed: query.get("failed") }));
  return seeOther(signInAddress(basePath, wanted, null));
}

/** The token of a printed address becomes a cookie, and the browser goes on to the same address without it. */
async function swapToken(token: string, wanted: string, visit: Visit, parts: PageParts): Promise<Reply> {
  const outcome = parts.checkSignIn(token, visit.clientAddress);
  if (outcome !== "right") return seeOther(signInAddress(visit.basePath, wanted, outcome));
  const cookie = await parts.sessions.start();
  return withCookie(
    seeOther(visit.basePath + wanted),
    setCookie(scopeOf(visit, parts.instanceId), cookie, limits.sessionIdleMs),
  );
}

export const scopeOf = (visit: Visit, instanceId: string): CookieScope => ({
  instanceId,
  secure: visit.secure,
  basePath: visit.basePath,
});

function signInAddress(basePath: string, next: string, failure: string | null): string {
  const query = new URLSearchParams();
  if (next !== "/") query.set("next", next);
  if (failure !== null) query.set("failed", failure);
  return basePath + pages.signIn.path + (query.size === 0 ? "" : `?${query.toString()}`);
}
