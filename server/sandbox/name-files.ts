/** The files that a sandbox with other hosts gets in the place of the common ones: its list of names, and the well-known authorities. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { OpenHost } from "../gateway/gateway.ts";
import type { NameFiles } from "./bwrap-arguments.ts";

/** Lists of names that are kept at once. The oldest goes: a sandbox that has it goes on seeing it. */
const mostLists = 1_000;

/** `common` is what stands in every list. Written anew where it is missing; throws when there is no room. */
export function createNameFiles(directory: string, common: string, authorityPem: string) {
  const lists: string[] = [];
  const authorities = join(directory, "authorities.pem");
  return (hosts: readonly OpenHost[]): NameFiles => {
    const text = common + hosts.map(({ name, address }) => `${address} ${name}\n`).join("");
    const path = join(directory, createHash("sha256").update(text).digest("hex"));
    if (lists.includes(path)) return { hosts: path, authorities };
    if (lists.length === 0) {
      mkdirSync(directory, { recursive: true });
      chmodSync(directory, 0o755);
      write(authorities, [authorityPem, ...rootCertificates].join("\n"));
    }
    write(path, text);
    lists.push(path);
    const gone = lists.length > mostLists ? lists.shift() : undefined;
    if (gone !== undefined) rmSync(gone, { force: true });
    return { hosts: path, authorities };
  };
}

/** Whatever the server's umask is, the sandboxes' user can read. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o644 });
  chmodSync(path, 0o644);
}
