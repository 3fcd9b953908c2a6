/** What one signed-in browser may know of its session: never the key itself. */
import * as z from "zod/mini";
import { EnvironmentId, Instant, UsdText } from "./ids.ts";
import { limits } from "./limits.ts";

/** `session`: pasted here; `server`: the operator's OPENROUTER_API_KEY; `none`: the simulator answers. */
export const KeySource = z.enum(["session", "server", "none"]);

/** USD as it is typed. */
export const Amount = z
  .string()
  .check(z.regex(/^\d{1,6}(\.\d{1,12})?$/, "must be an amount in USD, as 0.50, below a million"));

/** What programs may spend, and what is done about those that repeat themselves. Null: no such ceiling. */
export const SetCeilings = z.strictObject({
  /** All calls of one run together; those that the simulator answers count in its own prices. */
  runUsd: z.nullable(Amount),
  /** All real calls since this ceiling was set (or since the sign-in). */
  sessionUsd: z.nullable(Amount),
  /** All real calls of one day, UTC. */
  dayUsd: z.nullable(Amount),
  /** Under a ceiling, calls whose price nobody tells beforehand are refused unless this is true. */
  allowUnknownPrices: z.boolean(),
  /** A run that sends the very same request once more than this many times is stopped. Null: it is shown only. */
  stopAfterRepeats: z.nullable(z.int().check(z.gte(1), z.lte(limits.callsPerRun))),
});
export type SetCeilings = z.infer<typeof SetCeilings>;

/** How the page calls the place where they are set, and its fields: what tells of a ceiling says where it is. */
export const ceilingLabels = {
  place: "Spending ceilings",
  run: "Each run",
  session: "This session",
  day: "Each day",
  unknownPrices: "Allow unknown prices",
} as const;

/** What a person asks for: the ceilings, and whether the session's count begins anew though its amount stays. */
export const ChangeCeilings = z.extend(SetCeilings, { countAnew: z.optional(z.boolean()) });
export type ChangeCeilings = z.infer<typeof ChangeCeilings>;

export const noCeilings: SetCeilings = {
  runUsd: null,
  sessionUsd: null,
  dayUsd: null,
  allowUnknownPrices: false,
  stopAfterRepeats: null,
};

export const Ceilings = z.extend(SetCeilings, {
  /** What counts against the session's ceiling, and since when; calls whose price is not known count as reserved. */
  sessionSpentUsd: UsdText,
  sessionSince: Instant,
  daySpentUsd: UsdText,
});
export type Ceilings = z.infer<typeof Ceilings>;

/** A name as the name system has it: no address, no port, no wildcard, and not OpenRouter, which is always reached. */
const HostName = z
  .string()
  .check(
    z.maxLength(253),
    z.regex(
      /^(?!openrouter\.ai$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      "must be a host's name in small letters, as api.example.com",
    ),
  );

/** What programs may reach besides inference, the catalogue and what the key itself may know. */
export const SetReach = z.strictObject({
  /** Other hosts by name: TLS on port 443 passes through unread, to public addresses only. */
  hosts: z.array(HostName).check(
    z.maxLength(limits.hostsPerSession),
    z.refine((names) => new Set(names).size === names.length, "must name each host once"),
  ),
  /** Paths that manage the account (keys, guardrails, workspaces …); with a management key a program can do anything there. */
  accountPaths: z.boolean(),
});
export type SetReach = z.infer<typeof SetReach>;

export const noReach: SetReach = { hosts: [], accountPaths: false };

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
  ceilings: Ceilings,
  reach: SetReach,
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
