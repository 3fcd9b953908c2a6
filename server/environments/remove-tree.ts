/** Removes a directory whatever a stranger's program has put into it: links, locked directories, any depth, any names. */
import { chmod, lstat, mkdir, opendir, rename, rmdir, unlink } from "node:fs/promises";
import { Buffer } from "node:buffer";

/**
 * Nobody else may be at work in `top` any more. What is found nested is moved up beside `top` before it is emptied, so that
 * no path grows long and no depth counts. `beside` is a path next to `top`, not there yet, that is used meanwhile.
 */
export async function removeTree(top: string, beside: string): Promise<void> {
  const found = await lstat(top).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory()) return unlink(top);
  await mkdir(beside, { mode: 0o700 });
  let made = 0;
  const waiting: string[] = [];
  const moveIn = async (directory: string | Buffer): Promise<void> => {
    const name = `${beside}/${(made += 1)}`;
    // To move a directory is to write its "..", which it must allow.
    await chmod(directory, 0o700);
    await rename(directory, name);
    waiting.push(name);
  };
  await moveIn(top);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    // Names are bytes, and not always text.
    for await (const entry of await opendir(at, { encoding: "buffer" as BufferEncoding })) {
      const path = Buffer.concat([Buffer.from(`${at}/`), entry.name as unknown as Buffer]);
      if (entry.isDirectory()) await moveIn(path);
      else await unlink(path);
    }
    await rmdir(at);
  }
  await rmdir(beside);
}
