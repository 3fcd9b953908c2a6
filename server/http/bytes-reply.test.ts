/** A stranger's bytes are shown as a picture or plain text at most, and saved under a name that is only a name. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { done } from "../../contract/failures.ts";
import { bytesReply, type SentBytes } from "./bytes-reply.ts";
import { startTestServer, type TestServer } from "./test-kit.ts";

const sent = (more: Partial<SentBytes>): SentBytes => ({
  bytes: Uint8Array.of(1),
  mediaType: "image/png",
  fileName: "a.png",
  asAttachment: false,
  ...more,
});
const headersOf = (more: Partial<SentBytes>) => bytesReply(sent(more)).headers;

test.each([
  ["image/png", "image/png"],
  ["image/jpeg", "image/jpeg"],
  ["image/gif", "image/gif"],
  ["image/webp", "image/webp"],
  ["image/svg+xml", "image/svg+xml"],
  ["text/plain", "text/plain; charset=utf-8"],
])("%s may be shown", (mediaType, type) => {
  const headers = headersOf({ mediaType });
  expect(headers["content-type"]).toBe(type);
  expect(headers["content-disposition"]).toMatch(/^inline;/);
});

test.each(["text/html", "application/xhtml+xml", "text/xml", "application/pdf", "text/javascript", null])(
  "%s is only saved, as bytes of no kind",
  (mediaType) => {
    const headers = headersOf({ mediaType });
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(headers["content-disposition"]).toMatch(/^attachment;/);
  },
);

test("a picture that is asked for as a download is one", () => {
  expect(headersOf({ asAttachment: true })["content-disposition"]).toMatch(/^attachment;/);
});

test.each([
  ["out/plot.png", `filename="plot.png"; filename*=UTF-8''plot.png`],
  ["..\\..\\evil.exe", `filename="evil.exe"; filename*=UTF-8''evil.exe`],
  ["../../.bashrc", `filename="_bashrc"; filename*=UTF-8''_bashrc`],
  [
    'a"; x="b\r\nset-cookie: c',
    `filename="a_; x=_b__set-cookie_ c"; filename*=UTF-8''a_%3B%20x%3D_b__set-cookie_%20c`,
  ],
  ["größe 日.png", `filename="gr__e _.png"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%E6%97%A5.png`],
  ["gnp.\u202eexe", `filename="gnp._exe"; filename*=UTF-8''gnp._exe`],
  ["dir/", `filename="result"; filename*=UTF-8''result`],
  ["it's (1)*.txt", `filename="it's (1)_.txt"; filename*=UTF-8''it%27s%20%281%29_.txt`],
])("%s is saved as %s", (fileName, expected) => {
  expect(headersOf({ fileName })["content-disposition"]).toBe(`inline; ${expected}`);
});

test("a long name is cut, never within a character", () => {
  const name = headersOf({ fileName: "😀".repeat(300) })["content-disposition"] ?? "";
  expect(decodeURIComponent(name.split("UTF-8''")[1] ?? "")).toBe("😀".repeat(50));
});

describe("over HTTP", () => {
  let server: TestServer;
  let cookie: string;
  const path = `/api/runs/${"0".repeat(20)}/results/1`;
  beforeAll(async () => {
    server = await startTestServer({
      handlers: {
        getResult: async ({ query }) =>
          done(
            sent({
              bytes: Buffer.from("<svg/>"),
              mediaType: "image/svg+xml",
              asAttachment: query.download === "1",
            }),
          ),
      },
    });
    cookie = await server.signIn();
  });
  afterAll(() => server.stop());

  test("the bytes come as they are, with a policy that lets them do nothing, kept for this browser only", async () => {
    const reply = await fetch(server.origin + path, { headers: { cookie } });
    expect(await reply.text()).toBe("<svg/>");
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "private, max-age=31536000, immutable",
    });
  });

  test("`download=1` saves, anything else in the query is refused", async () => {
    const saved = await fetch(`${server.origin}${path}?download=1`, { headers: { cookie } });
    expect(saved.headers.get("content-disposition")).toMatch(/^attachment;/);
    for (const query of ["download=2", "download", "x=1"])
      expect((await fetch(`${server.origin}${path}?${query}`, { headers: { cookie } })).status).toBe(400);
  });

  test("signed out there is nothing", async () => {
    expect((await fetch(server.origin + path)).status).toBe(401);
  });
});
