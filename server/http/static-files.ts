/** The page's build, read once at start into a fixed map: at request time a name is looked up, never joined to a path. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import type { Reply } from "./replies.ts";
import { StartRefusal } from "./start-refusal.ts";

export interface WebBuild {
  /** The page's document. */
  readonly document: string;
  /** By the address that serves them: "/assets/app-1a2b3c4d.js". */
  readonly files: ReadonlyMap<string, WebFile>;
}

export interface WebFile {
  readonly type: string;
  readonly immutable: boolean;
  readonly plain: Variant;
  readonly br: Variant | null;
  readonly gzip: Variant | null;
}

interface Variant {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** As Vite names what never changes: "assets/name-<8 characters of hash>.ext". */
const hashedName = /^\/assets\/.+-[A-Za-z0-9_-]{8}\.\w+$/;

/** Links, hidden files and source maps are left out. Throws StartRefusal when there is no build. */
export async function readWebBuild(directory: string): Promise<WebBuild> {
  const contents = await readAll(directory);
  const document = contents.get("/index.html")?.toString("utf8");
  if (document === undefined || !/<head[^>]*>/i.test(document)) {
    throw new StartRefusal(`There is no built page in ${directory}.`, "Build it with `npm run build`.");
  }
  const files = new Map<string, WebFile>();
  for (const [address, bytes] of contents) {
    const extension = extname(address);
    if (address === "/index.html" || extension === ".br" || extension === ".gz") continue;
    const [br, gzip] = [contents.get(`${address}.br`), contents.get(`${address}.gz`)];
    files.set(address, {
      type: types[extension] ?? "application/octet-stream",
      immutable: hashedName.test(address),
      plain: variant(bytes),
      br: br === undefined ? null : variant(br),
      gzip: gzip === undefined ? null : variant(gzip),
    });
  }
  return { document, files };
}

async function readAll(directory: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const address = `/${relative(directory, path).split(sep).join("/")}`;
      if (!entry.isFile() || address.includes("/.") || address.endsWith(".map")) continue;
      contents.set(address, await readFile(path));
    }
  } catch (error) {
    throw new StartRefusal(
      `The built page in ${directory} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      "Build it with `npm run build`.",
    );
  }
  return contents;
}

function variant(content: Buffer): Variant {
  const etag = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  return { bytes: new Uint8Array(content), etag: `"${etag}"` };
}

/** The headers are the request's, empty when it had none. */
export function fileReply(file: WebFile, acceptEncoding: string, ifNoneMatch: string): Reply {
  const [coding, { bytes, etag }] = choose(file, acceptEncoding);
  const headers = {
    "content-type": file.type,
    "cache-control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag,
    vary: "accept-encoding",
    ...(coding === null ? {} : { "content-encoding": coding }),
  };
  const isKnown = ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  return isKnown ? { status: 304, headers, body: null } : { status: 200, headers, body: bytes };
}

function choose(file: WebFile, acceptEncoding: string): [string | null, Variant] {
  const accepted = new Set(
    acceptEncoding
      .toLowerCase()
      .split(",")
      .map((part) => part.split(";").map((piece) => piece.trim()))
      .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ""))
      .map(([name]) => name),
  );
  if (file.br !== null && accepted.has("br")) return ["br", file.br];
  if (file.gzip !== null && accepted.has("gzip")) return ["gzip", file.gzip];
  return [null, file.plain];
}

/** The document with its base set, so that relative addresses in it hold below any path. `basePath` is a plain path. */
export const documentAt = (document: string, basePath: string): string =>
  document.replace(/<head[^>]*>/i, (head) => `${head}<base href="${basePath}/">`);
