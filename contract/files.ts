/** Files beside a program: plain relative paths, bounded in number and size, so that they can be laid out in any directory. */
import * as z from "zod/mini";
import { limits } from "./limits.ts";

/** A file system takes no longer name, in UTF-8. */
const nameBytes = 255;
const plainName = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Surrogate}]+$/u;
const isPlainName = (name: string): boolean => plainName.test(name) && utf8Bytes(name) <= nameBytes;

export const FileName = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(limits.fileNameLength),
    z.refine(isPlainName, "must be a plain file name"),
  );

/** "data/people.csv": segments are plain names, never "." or "..". */
export const FilePath = z.string().check(
  z.minLength(1),
  z.maxLength(limits.filePathLength),
  z.refine(
    (path) => path.length > limits.filePathLength || path.split("/").every(isPlainName),
    "must be a relative path of plain names",
  ),
  z.refine(
    (path) => path.length > limits.filePathLength || path.split("/").length <= limits.filePathDepth,
    `must not be more than ${limits.filePathDepth} names deep`,
  ),
);

export const ProgramFile = z
  .strictObject({
    path: FilePath,
    /** The text itself, or any bytes as base64. */
    content: z.string(),
    encoding: z.enum(["utf8", "base64"]),
  })
  .check(
    z.refine(({ content, encoding }) => encoding !== "base64" || isBase64(content), {
      error: "is not base64",
      path: ["content"],
    }),
    z.refine(({ content, encoding }) => encoding !== "utf8" || !/\p{Surrogate}/u.test(content), {
      error: "is not text: send it as base64",
      path: ["content"],
    }),
    z.refine((file) => fileBytes(file) <= limits.fileBytes, {
      error: `must not be longer than ${limits.fileBytes.toLocaleString("en")} bytes`,
      path: ["content"],
    }),
  );
export type ProgramFile = z.infer<typeof ProgramFile>;

export const ProgramFiles = z.array(ProgramFile).check(
  z.maxLength(limits.filesPerProgram),
  z.refine((files) => !havePathsInCommon(files), "name one path twice, or a file as a directory"),
  z.refine(
    (files) => files.reduce((sum, file) => sum + fileBytes(file), 0) <= limits.filesBytes,
    `must not be longer than ${limits.filesBytes.toLocaleString("en")} bytes together`,
  ),
);

/** Decoded size, without decoding. */
export function fileBytes({ content, encoding }: Omit<ProgramFile, "path">): number {
  if (encoding === "utf8") return utf8Bytes(content);
  return (content.length / 4) * 3 - padding(content);
}

/** True when the two can't stand beside each other: they are equal, or one would be a directory of the other. */
export const sharesPath = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

const padding = (base64: string): number => (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);

/** One pattern for the whole would recurse once per group, and overflow the stack on a large file. */
const isBase64 = (content: string): boolean =>
  content.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(content.slice(0, content.length - padding(content)));

/** Each with each: only asked of as many as there may be. */
const havePathsInCommon = (files: readonly ProgramFile[]): boolean =>
  files.length <= limits.filesPerProgram &&
  files.some(({ path }, at) => files.slice(at + 1).some((other) => sharesPath(path, other.path)));

const encoder = new TextEncoder();
const utf8Bytes = (text: string): number => encoder.encode(text).length;
