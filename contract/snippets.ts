/** A snippet: a program that somebody saved. */
import * as z from "zod/mini";
import { ProgramFile, ProgramFiles } from "./files.ts";
import { Instant, SnippetId } from "./ids.ts";
import { limits } from "./limits.ts";

const SnippetName = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, "must not be empty"),
    z.maxLength(limits.snippetNameLength),
    z.regex(/^[^\p{Cc}]*$/u, "may not hold control characters"),
  );
const Code = z.string().check(z.maxLength(limits.codeBytes));

export const SnippetSummary = z.object({
  id: SnippetId,
  name: z.string(),
  /** Counts saves; send it back when saving, so that nobody's change is lost. */
  revision: z.int(),
  /** Files beside the program. */
  fileCount: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type SnippetSummary = z.infer<typeof SnippetSummary>;

export const Snippet = z.extend(SnippetSummary, {
  code: z.string(),
  /** Ordered by path. */
  files: z.array(ProgramFile),
});
export type Snippet = z.infer<typeof Snippet>;

export const CreateSnippet = z.strictObject({
  name: SnippetName,
  code: Code,
  files: z._default(ProgramFiles, []),
});
export type CreateSnippet = z.infer<typeof CreateSnippet>;

export const UpdateSnippet = z.strictObject({
  name: z.optional(SnippetName),
  code: z.optional(Code),
  /** All of them: what is not named is removed. */
  files: z.optional(ProgramFiles),
  /** The revision that was edited; another one in the store is answered with `conflict`. */
  revision: z.int(),
});
export type UpdateSnippet = z.infer<typeof UpdateSnippet>;
