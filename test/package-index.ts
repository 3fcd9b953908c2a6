/** A package index that tests serve themselves: "simple" pages in both forms over TLS of its own, and small wheels made on the spot. */
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import { crc32 } from "node:zlib";
import { createAuthority } from "../server/gateway/certificates.ts";

export interface TestIndex {
  /** "https://localhost:PORT/simple". */
  readonly url: string;
  /** Who signed its certificate. */
  readonly authorityPem: string;
  /** Each request's path, in order. */
  readonly asked: readonly string[];
  /** Resolves the next time that a path beginning so is asked for. */
  next(beginning: string): Promise<void>;
  /** The wheel of `slow` is sent only from now on. */
  release(): void;
  close(): Promise<void>;
}

interface TestFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly requiresPython?: string;
}

/** What `listen` gets: 0 takes a free port. */
export async function startTestIndex(port = 0): Promise<TestIndex> {
  const authority = createAuthority("localhost", Date.now());
  const { certificatePem, keyPem } = authority.issue("localhost");
  const asked: string[] = [];
  const wishes: { readonly beginning: string; readonly tell: () => void }[] = [];
  const held: ServerResponse[] = [];
  let isReleased = false;
  const projects = testProjects();
  const files = new Map([...projects.values()].flat().map((file) => [file.name, file]));

  const server = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    for (const { beginning, tell } of wishes) if (path.startsWith(beginning)) tell();
    const [, folder, name = ""] = path.split("/");
    const project = folder === "simple" ? projects.get(name) : undefined;
    const file = folder === "files" ? files.get(decodeURIComponent(name)) : undefined;
    if (project !== undefined) return page(response, name, project, request.headers.accept ?? "");
    if (name === "elsewhere-1.0-py3-none-any.whl")
      return response.writeHead(302, { location: "https://elsewhere.example.org/x.whl" }).end();
    if (file === undefined) return response.writeHead(404).end("no such page");
    response.writeHead(200, { "content-type": "binary/octet-stream", "content-length": file.bytes.length });
    if (!name.startsWith("slow") || isReleased) return response.end(file.bytes);
    // The beginning comes, so that there is something to see.
    response.write(file.bytes.subarray(0, 10));
    held.push(response);
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/simple`,
    authorityPem: authority.certificatePem,
    asked,
    next: (beginning) => new Promise((tell) => wishes.push({ beginning, tell })),
    release() {
      isReleased = true;
      for (const response of held) response.end(files.get("slow-1.0-py3-none-any.whl")?.bytes.subarray(10));
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function testProjects(): ReadonlyMap<string, readonly TestFile[]> {
  const pure = (name: string, version: string, more: Partial<WheelOf> = {}): TestFile =>
    wheel({ name, version, tag: "py3-none-any", requires: [], files: {}, ...more });
  return new Map<string, readonly TestFile[]>([
    ["plain", [pure("plain", "1.0"), pure("plain", "1.1"), pure("plain", "2.0a1")]],
    ["leaning", [pure("leaning", "1.0", { requires: ["plain>=1.1"] })]],
    ["contrary", [pure("contrary", "1.0", { requires: ["plain<1.1"] })]],
    ["lost", [pure("lost", "1.0", { requires: ["nowhere-to-be-found"] })]],
    [
      "compiled",
      [wheel({ name: "compiled", version: "1.0", tag: "cp311-cp311-win_amd64", requires: [], files: {} })],
    ],
    ["source", [{ name: "source-1.0.tar.gz", bytes: Buffer.from("never opened") }]],
    ["broken", [{ name: "broken-1.0-py3-none-any.whl", bytes: Buffer.from("this is no zip file") }]],
    ["future", [{ ...pure("future", "1.0"), requiresPython: ">=3.99" }]],
    ["slow", [pure("slow", "1.0")]],
    ["elsewhere", [pure("elsewhere", "1.0")]],
    ["escaping", [pure("escaping", "1.0", { files: { "../../../../../escaped.py": "x = 1\n" } })]],
    ["different-name", [pure("different_name", "3.1", { files: { "cv2/__init__.py": "ok = True\n" } })]],
    // Whatever starts this environment's Python runs it.
    [
      "starting",
      [pure("starting", "1.0", { files: { "starting.pth": "import sys; sys.started = True\n" } })],
    ],
    ["bulky", [pure("bulky", "1.0", { files: { "bulky_data.bin": "x".repeat(3_000_000) } })]],
  ]);
}

function page(response: ServerResponse, name: string, files: readonly TestFile[], accept: string): void {
  const link = (file: TestFile): string => `../../files/${encodeURIComponent(file.name)}`;
  const hash = (file: TestFile): string => createHash("sha256").update(file.bytes).digest("hex");
  if (accept.includes("application/vnd.pypi.simple.v1+json")) {
    const listed = files.map((file) => ({
      filename: file.name,
      url: link(file),
      hashes: { sha256: hash(file) },
      ...(file.requiresPython === undefined ? {} : { "requires-python": file.requiresPython }),
    }));
    response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
    response.end(JSON.stringify({ meta: { "api-version": "1.0" }, name, files: listed }));
    return;
  }
  const links = files.map((file) => {
    const python = file.requiresPython?.replaceAll(">", "&gt;");
    const wants = python === undefined ? "" : ` data-requires-python="${python}"`;
    return `<a href="${link(file)}#sha256=${hash(file)}"${wants}>${file.name}</a><br>`;
  });
  response.writeHead(200, { "content-type": "text/html" });
  response.end(`<!DOCTYPE html><html><body>${links.join("\n")}</body></html>`);
}

interface WheelOf {
  readonly name: string;
  readonly version: string;
  readonly tag: string;
  readonly requires: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** One module of the project's name, which knows its version. */
function wheel({ name, version, tag, requires, files }: WheelOf): TestFile {
  const info = `${name}-${version}.dist-info`;
  const metadata = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((one) => `Requires-Dist: ${one}`),
  ];
  const contents: Record<string, string> = {
    [`${name}/__init__.py`]: `version = "${version}"\n`,
    ...files,
    [`${info}/METADATA`]: `${metadata.join("\n")}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
  };
  const record = [...Object.keys(contents), `${info}/RECORD`].map((file) => `${file},,\n`).join("");
  return {
    name: `${name}-${version}-${tag}.whl`,
    bytes: zip({ ...contents, [`${info}/RECORD`]: record }),
  };
}

/** Files stored as they are (PKWARE's APPNOTE, 4.3). */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)];
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8); // 1980-01-01
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, path, bytes]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.of(20, 3), shared, tail, path]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}
