/** The build's files: only those that were there at start, compressed when asked for, cached as their names allow. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentAt, fileReply, readWebBuild, type WebBuild } from "./static-files.ts";
import { StartRefusal } from "./start-refusal.ts";
import { buildIn, canary } from "./test-kit.ts";

let directory: string;
let build: WebBuild;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orid-files-"));
  const web = await buildIn(directory);
  await symlink(join(directory, "secret.txt"), join(web, "assets", "link.txt"));
  await symlink(directory, join(web, "linked"));
  build = await readWebBuild(web);
  await writeFile(join(web, "later.js"), canary);
});
afterAll(() => rm(directory, { recursive: true }));

const app = "/assets/app-1a2b3c4d.js";
const reply = (address: string, accept = "", match = ""): ReturnType<typeof fileReply> => {
  const file = build.files.get(address);
  if (file === undefined) throw new Error(`${address} is not there`);
  return fileReply(file, accept, match);
};

test("the map holds the build's own files: no link, map, hidden file, compressed twin or later one", () => {
  expect([...build.files.keys()].sort()).toEqual([app, "/favicon.svg"]);
  expect(
    JSON.stringify([...build.files.values()].map(({ plain }) => Buffer.from(plain.bytes).toString())),
  ).not.toContain(canary);
});

test.each([
  ["", null],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["br;q=0.0", null],
  ["brr, xgzip", null],
  ["BR", "br"],
])("accepting %j gets %s", (accept, coding) => {
  const { headers } = reply(app, accept);
  expect(headers["content-encoding"] ?? null).toBe(coding);
  expect(headers["vary"]).toBe("accept-encoding");
});

test("a hashed name is kept for ever, any other is asked for again; a known one is not sent again", () => {
  const first = reply(app);
  expect(first.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(reply("/favicon.svg").headers["cache-control"]).toBe("no-cache");
  const etag = first.headers["etag"] ?? "";
  expect(reply(app, "", `"x", W/${etag}`)).toMatchObject({ status: 304, body: null });
  expect(reply(app, "br", etag).status).toBe(200);
});

test("the document's base follows the path that it is served below", () => {
  expect(documentAt("<html><HEAD lang=x><title>", "/a/b")).toBe(
    '<html><HEAD lang=x><base href="/a/b/"><title>',
  );
});

test("without a build the server does not start, and says what to do", async () => {
  await expect(readWebBuild(join(directory, "nowhere"))).rejects.toThrow(StartRefusal);
  await expect(readWebBuild(directory)).rejects.toThrow(/no built page/);
});
