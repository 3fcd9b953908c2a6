/** Names of things: each kind of id is its own type, drawn from one closed alphabet, so it is safe in an address, a topic and a file name. */
import * as z from "zod/mini";

/** 20 characters of `0-9a-z`: 9 for the time in ms (so ids sort by age), 11 drawn at random (56 bits). */
const idText = z.string().check(z.regex(/^[0-9a-z]{20}$/, "is not an id"));

export const RunId = idText.brand<"RunId">();
export type RunId = z.infer<typeof RunId>;

export const SnippetId = idText.brand<"SnippetId">();
export type SnippetId = z.infer<typeof SnippetId>;

export const CallId = idText.brand<"CallId">();
export type CallId = z.infer<typeof CallId>;

/** One connection of an event socket, as long as it is open. */
export const SocketId = idText.brand<"SocketId">();
export type SocketId = z.infer<typeof SocketId>;

export const InstallationId = idText.brand<"InstallationId">();
export type InstallationId = z.infer<typeof InstallationId>;

/** "system", "managed", or a kind with a hash of the interpreter's path: the same after a restart. */
export const EnvironmentId = z
  .string()
  .check(z.regex(/^[a-z]{4,11}(-[0-9a-f]{12})?$/, "is not an environment"));
export type EnvironmentId = z.infer<typeof EnvironmentId>;

/** Whose a run, call, snippet or key is. Never leaves the server. */
export const OwnerId = idText.brand<"OwnerId">();
export type OwnerId = z.infer<typeof OwnerId>;

/** A moment as ISO 8601 in UTC with milliseconds, as `Date#toISOString` writes it. */
export const Instant = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "is not a UTC time"));

/** USD as a plain decimal text ("0.0000068"), never a float: it is shown and added as it is. */
export const UsdText = z.string().check(z.regex(/^-?\d+(\.\d+)?$/, "is not a decimal number"));

/** Made by the page for each press of a button that starts something: the same key again answers with the same thing. */
export const IdempotencyKey = z
  .string()
  .check(z.regex(/^[0-9A-Za-z_-]{8,64}$/, "must be 8 to 64 letters, digits, - or _"));
