/** The document for a stranger's HTML has a policy of its own, stricter than the page's wherever that matters. */
import { expect, test } from "vitest";
import { frameReply } from "./result-frame.ts";
import { securityHeaders } from "./replies.ts";

const policy = frameReply.headers["content-security-policy"] ?? "";

test("it belongs to no origin, loads nothing from anywhere and sends nothing", () => {
  expect(policy).toMatch(/(^|; )sandbox allow-scripts(;|$)/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/connect-src|worker-src|frame-src|allow-same-origin|https?:|\*/);
  expect(policy).toContain("form-action 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
});

test("the page's own policy still forbids inline scripts, and frames nothing of another site", () => {
  const own = securityHeaders["content-security-policy"] ?? "";
  expect(own).toContain("script-src 'self';");
  expect(own).toContain("frame-src 'self';");
});
