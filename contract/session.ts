/** What one signed-in browser may know of its session: never the key itself. */
import * as z from "zod/mini";
import { EnvironmentId, Instant } from "./ids.ts";
import { limits } from "./limits.ts";

/** `session`: pasted here; `server`: the operator's OPENROUTER_API_KEY; `none`: the simulator answers. */
export const KeySource = z.enum(["session", "server", "none"]);

export const Session = z.object({
  key: z.object({
    source: KeySource,
    /** OpenRouter's own label ("sk-or-v1-abc...123"): at most the last four characters of the key. */
    label: z.nullable(z.string()),
    checkedAt: z.nullable(Instant),
    /** In words, when OpenRouter told: what is left on the key. */
    note: z.nullable(z.string()),
  }),
  /** The chosen OPENROUTER_MODEL, null for the server's choice from the catalogue. */
  model: z.nullable(z.string()),
  /** What a run would get as OPENROUTER_MODEL now. */
  effectiveModel: z.nullable(z.string()),
  /** True when runs of this session go to the simulator. */
  simulated: z.boolean(),
  sandbox: z.object({ ready: z.boolean(), says: z.nullable(z.string()), hint: z.nullable(z.string()) }),
  python: z.nullable(z.string()),
  packages: z.array(z.string()),
  /** What runs of this session use, unless the program's own header asks for another. */
  environment: z.object({ id: EnvironmentId, name: z.string() }),
  timeoutMs: z.object({ default: z.int(), max: z.int() }),
  version: z.string(),
});
export type Session = z.infer<typeof Session>;

export const SetKey = z.strictObject({
  key: z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.keyLength)),
});
export const SetModel = z.strictObject({
  model: z.nullable(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(limits.modelIdLength),
        z.regex(/^[^\s\p{Cc}]+$/u, "is not a model id"),
      ),
  ),
});
export const SignIn = z.strictObject({
  token: z.string().check(z.minLength(1), z.maxLength(limits.keyLength)),
});
