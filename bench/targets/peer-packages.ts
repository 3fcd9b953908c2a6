/** Peers from npm: fetched into bench/.peers when they are first measured, without install scripts, and never a dependency of ours. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Git-ignored. */
const peers = new URL("../.peers/", import.meta.url).pathname;

export type PeerEntry =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly missing: string };

/** The file that a package's `bin` (a single one) or `main` names, installed in exactly this version if it is not there. */
export function peerEntry(name: string, version: string): PeerEntry {
  const folder = join(peers, "node_modules", name);
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) {
    const fault = install(`${name}@${version}`);
    if (fault !== null) return { ok: false, missing: `npm could not install it: ${fault}` };
  }
  const { bin, main } = JSON.parse(readFileSync(manifest, "utf8")) as {
    readonly bin?: unknown;
    readonly main?: string;
  };
  return { ok: true, path: join(folder, typeof bin === "string" ? bin : (main ?? "index.js")) };
}

/** Null, or the first line of what npm had to say. */
function install(packageAtVersion: string): string | null {
  mkdirSync(peers, { recursive: true });
  const manifest = join(peers, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const args = [
    "install",
    "--ignore-scripts",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    packageAtVersion,
  ];
  const done = spawnSync("npm", args, { cwd: peers, timeout: 180_000, encoding: "utf8" });
  return done.status === 0 ? null : (done.stderr.trim().split("\n")[0] ?? "");
}
