/**
 * The few files that sandboxes are shown, under a neutral name in the system's temporary directory: made at start, removed
 * at the end; what a killed server left is removed by the next one.
 */
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { lstat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { OpenHost } from "../gateway/gateway.ts";
import type { NameFiles } from "./bwrap-arguments.ts";
import { createNameFiles } from "./name-files.ts";
import { processStart } from "../process-start.ts";
import { subjectHash } from "./subject-hash.ts";

export interface RuntimeDirectory {
  readonly path: string;
  readonly etc: string;
  readonly site: string;
  /** For sandboxes in which more names than OpenRouter's are known. Throws when there is no room. */
  namesFor(hosts: readonly OpenHost[]): NameFiles;
  remove(): Promise<void>;
}

/** In the site directory, for the zygotes to put in force for their programs. */
export const seccompFile = "system-calls.bpf";
const prefix = "openrouter-ide-";
const siteSource = join(import.meta.dirname, "../../runner/site");

/** `anyone`: the sandboxes' user is not ours, so every directory above must be open to others. Throws when there is no place. */
export async function makeRuntimeDirectory(
  authorityPem: string,
  seccomp: Uint8Array,
  anyone: boolean,
): Promise<RuntimeDirectory> {
  const base = await placeForFiles(anyone);
  await removeLeftovers(base);
  const path = await mkdtemp(
    join(base, `${prefix}${process.pid}-${await processStart(process.pid)}-${await processSpace()}-`),
  );
  await chmod(path, 0o755);
  const etc = join(path, "etc");
  const site = join(path, "site");
  await writeEtc(etc, authorityPem);
  await mkdir(site);
  for (const name of await readdir(siteSource)) {
    if (name.endsWith(".py")) await copyFile(join(siteSource, name), join(site, name));
  }
  await writeFile(join(site, seccompFile), seccomp);
  await openToAll(path);
  const namesFor = createNameFiles(join(path, "names"), texts["hosts"] ?? "", authorityPem);
  return { path, etc, site, namesFor, remove: () => rm(path, { recursive: true, force: true }) };
}

async function placeForFiles(anyone: boolean): Promise<string> {
  const candidates = [tmpdir(), "/tmp", "/var/tmp"];
  for (const candidate of candidates) if (!anyone || (await isOpenToOthers(candidate))) return candidate;
  throw new Error(`none of ${candidates.join(", ")} can be entered by other users`);
}

async function isOpenToOthers(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found === null || (found.mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Only directories of our own, whose server is no longer there: its process number alone could be another's by now, and means
 * another process, or none, in another namespace of processes (a container with the same /tmp).
 */
async function removeLeftovers(base: string): Promise<void> {
  const own = await processSpace();
  for (const name of await readdir(base)) {
    const match = /^openrouter-ide-(\d+)-(\d+)-(\d+)-\w{6}$/.exec(name);
    if (match?.[3] !== own) continue;
    const path = join(base, name);
    const found = await lstat(path).catch(() => null);
    if (found === null || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
    if ((await processStart(Number(match[1]))) !== match[2]) await rm(path, { recursive: true, force: true });
  }
}

/** The number of this process's namespace of processes. */
const processSpace = async (): Promise<string> =>
  /\d+/.exec(await readlink("/proc/self/ns/pid").catch(() => ""))?.[0] ?? "0";

const texts: Readonly<Record<string, string>> = {
  passwd: [
    "root:x:0:0:root:/root:/usr/sbin/nologin",
    "user:x:1000:1000:user:/project:/bin/sh",
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    "",
  ].join("\n"),
  group: "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n127.0.0.1 openrouter.ai\n127.0.0.1 sandbox\n::1 localhost\n",
  hostname: "sandbox\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
  // No server: a name that is not in hosts fails at once.
  "resolv.conf": "",
};

/** Public facts of the host's system that libraries look up; each may be missing. */
const copies = ["localtime", "services", "protocols", "mime.types", "ld.so.cache", "matplotlibrc"];

async function writeEtc(etc: string, authorityPem: string): Promise<void> {
  const certificates = join(etc, "ssl/certs");
  await mkdir(certificates, { recursive: true });
  // Places to mount on: the whole tree is read-only inside.
  await mkdir(join(etc, "alternatives"));
  await mkdir(join(etc, "fonts"));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(etc, name), text);
  for (const name of copies) await copyIfThere(join("/etc", name), join(etc, name));
  for (const name of await readdir("/etc")) {
    if (!/^python3(\.\d+)?$/.test(name)) continue;
    await mkdir(join(etc, name));
    await writeSiteHook(join("/etc", name, "sitecustomize.py"), join(etc, name, "sitecustomize.py"));
  }
  await symlink("../usr/lib/os-release", join(etc, "os-release"));
  // The only authority there is: OpenSSL's bundle, its single file, and its directory looked up by hash.
  await writeFile(join(certificates, "ca-certificates.crt"), authorityPem);
  await writeFile(join(etc, "ssl/cert.pem"), authorityPem);
  await symlink("ca-certificates.crt", join(certificates, `${subjectHash(authorityPem)}.0`));
}

/** Debian's Pythons look here at each start: so do those that a program starts, whatever their environment is. */
const childHook = `
import os
import sys

if "OPENROUTER_IDE_ZYGOTE" not in os.environ:
    sys.path.insert(0, "/run/site")
    try:
        import child

        del sys.modules["child"]
    except ImportError:
        pass
    finally:
        sys.path.remove("/run/site")
del os, sys
`;

async function writeSiteHook(from: string, to: string): Promise<void> {
  const theirs = await readFile(from, "utf8").catch(() => null);
  if (theirs !== null) await writeFile(to, `${theirs}${childHook}`);
}

async function copyIfThere(from: string, to: string): Promise<void> {
  const there = await stat(from).catch(() => null);
  if (there?.isFile() !== true) return;
  await copyFile(from, to);
  // Python looks at the time to see whether what it compiled is still true.
  await utimes(to, there.atime, there.mtime);
}

/** Whatever the server's umask is, the sandboxes' user can read. */
async function openToAll(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}
