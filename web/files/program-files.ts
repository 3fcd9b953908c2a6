/** The files beside a program: which names and sizes they may have, and how the list changes. Pure. */
import * as z from "zod/mini";
import { fileBytes, FilePath, sharesPath, type ProgramFile } from "../../contract/files.ts";
import { limits } from "../../contract/limits.ts";
import { formatBytes } from "../shell/format.ts";

export type Files = readonly ProgramFile[];

const byPath = (one: ProgramFile, other: ProgramFile): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : 0;

/** With this file, in place of one that has its path already. */
export function withFile(files: Files, file: ProgramFile): Files {
  return [...files.filter(({ path }) => path !== file.path), file].sort(byPath);
}

export const withoutFile = (files: Files, path: string): Files => files.filter((file) => file.path !== path);

export function renamed(files: Files, from: string, to: string): Files {
  return files.map((file) => (file.path === from ? { ...file, path: to } : file)).sort(byPath);
}

/** Whether both lists hold the same files; they are ordered by path. */
export function sameFiles(some: Files, others: Files): boolean {
  return (
    some === others || (some.length === others.length && some.every((file, at) => isSame(file, others[at])))
  );
}

export const isSame = (one: ProgramFile, other: ProgramFile | undefined): boolean =>
  other !== undefined &&
  one.path === other.path &&
  one.encoding === other.encoding &&
  one.content === other.content;

/**
 * Why a file can't have this path, in words; null when it can. `others` are the files that it will stand beside, `programName`
 * is the program's own file.
 */
export function pathProblem(path: string, others: Files, programName: string): string | null {
  const parts = path.split("/");
  if (path.trim() === "") return "A file needs a name.";
  if (/\p{Cc}|\p{Surrogate}/u.test(path)) return "A name can't hold control characters.";
  if (path.includes("\\")) return "Folders are parted by / here, not by \\.";
  if (path.startsWith("/")) return "The path starts in the program's own folder: without a / in front.";
  if (parts.includes("..") || parts.includes(".")) return "A path can't hold . or .. as a name.";
  if (parts.includes("")) return "Between two / there must be a name, and after the last one too.";
  if (path !== path.trim()) return "A name can't begin or end with a space.";
  if (path.length > limits.filePathLength)
    return `A path may have up to ${limits.filePathLength} characters.`;
  if (parts.length > limits.filePathDepth) return `A path may be up to ${limits.filePathDepth} names deep.`;
  if (sharesPath(path, programName)) return `${programName} is the program itself.`;
  for (const other of others) {
    if (other.path === path) return `There is a file ${path} already.`;
    if (sharesPath(other.path, path)) {
      const [folder = ""] = [other.path, path].sort((one, two) => one.length - two.length);
      return `${folder} can't be a file and a folder.`;
    }
  }
  return z.safeParse(FilePath, path).success ? null : "A name in it is too long.";
}

export const tooLarge = (name: string): string =>
  `${name} is larger than ${formatBytes(limits.fileBytes)}, the most for a file beside a program.`;

/** Why these files together can't be sent, in words; null when they can. */
export function sizeProblem(files: Files): string | null {
  if (files.length > limits.filesPerProgram) {
    return `A program may have up to ${limits.filesPerProgram} files beside it.`;
  }
  const large = files.find((file) => fileBytes(file) > limits.fileBytes);
  if (large !== undefined) return tooLarge(large.path);
  const all = files.reduce((sum, file) => sum + fileBytes(file), 0);
  if (all > limits.filesBytes) {
    return `The files have ${formatBytes(all)} together; ${formatBytes(limits.filesBytes)} is the most.`;
  }
  return null;
}

/** Why a program can't run, or be saved, with the files as they are; null when it can. */
export function filesProblem(files: Files, programName: string): string | null {
  const clash = files.find(({ path }) => sharesPath(path, programName));
  if (clash !== undefined)
    return `The file ${clash.path} stands where the program ${programName} stands: rename one of them.`;
  return sizeProblem(files);
}

/** Bytes as a file of a program: as text when they are UTF-8 that an editor can show, else as base64. */
export function asProgramFile(path: string, bytes: Uint8Array): ProgramFile {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return { path, content: text, encoding: "utf8" };
  } catch {
    // The decoder's only complaint: these bytes are no text.
  }
  return { path, content: bytesToBase64(bytes), encoding: "base64" };
}

/** What the file holds. */
export function bytesOf({ content, encoding }: ProgramFile): Uint8Array<ArrayBuffer> {
  if (encoding === "utf8") return new TextEncoder().encode(content);
  const text = atob(content);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  // As many arguments as every browser takes.
  for (let at = 0; at < bytes.length; at += 0x80_00)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x80_00));
  return btoa(text);
}

const pictures: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** The media type of a picture that the page can show, by the name's ending; null for anything else. */
export function pictureType(path: string): string | null {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(pictures, ending) ? (pictures[ending] ?? null) : null;
}
