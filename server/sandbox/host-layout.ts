/** How this host lays out what stands beside /usr: links into it (merged) or directories of their own. */
import { lstat, readlink } from "node:fs/promises";

export type HostLayout = readonly {
  readonly place: string;
  /** The link's text, or null for a directory. */
  readonly link: string | null;
}[];

const places = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

export async function readHostLayout(): Promise<HostLayout> {
  const found = await Promise.all(
    places.map(async (place) => {
      const stat = await lstat(place).catch(() => null);
      if (stat?.isSymbolicLink() === true) return { place, link: await readlink(place) };
      return stat?.isDirectory() === true ? { place, link: null } : null;
    }),
  );
  return found.filter((entry) => entry !== null);
}

export const libraryLinks = (host: HostLayout): string[] =>
  host.flatMap(({ place, link }) =>
    link === null ? ["--ro-bind", place, place] : ["--symlink", link, place],
  );
