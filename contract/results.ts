/** A result: something that a program showed (`display`, `plt.show()`), or a file that it made. Its bytes have an address of their own. */
import * as z from "zod/mini";

export const RunResult = z.object({
  /** 1 for the first result of the run. */
  number: z.int(),
  kind: z.enum(["shown", "file"]),
  /** As the program told it for what is shown; guessed from the name for files, null when it tells nothing. */
  mediaType: z.nullable(z.string()),
  /** A title, or the path below the work directory. */
  name: z.nullable(z.string()),
  sizeBytes: z.number(),
  /** False: its bytes are not there, and `note` says why. */
  kept: z.boolean(),
  note: z.nullable(z.string()),
  /** How the page shows it. `html` is a stranger's document: only ever inside a sandboxed frame. */
  display: z.enum(["image", "html", "text", "file"]),
});
export type RunResult = z.infer<typeof RunResult>;
