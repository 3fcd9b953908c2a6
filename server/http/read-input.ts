/** Parses what a route gets, by the route's own schemas; what does not fit is named field by field. */
import * as z from "zod/mini";
import type { Route } from "../../contract/routes.ts";
import { done, refused, type Refusal, type Result } from "../../contract/failures.ts";

z.config(z.locales.en());

/** A client that sends rubbish is told of this many faults, not of thousands. */
const mostFields = 20;
const nothing = z.strictObject({});

export interface GivenInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined when there was none. */
  readonly body: unknown;
}

export interface ParsedInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export function readInput(route: Route, given: GivenInput): Result<ParsedInput> {
  const params = route.params?.safeParse(given.params);
  // An id of a shape that is never made names nothing, like any other that is not there.
  if (params?.success === false) return refused({ code: "not-found" });
  const query = readQuery(route, given.query);
  if (!query.ok) return query;
  // The page's client sends {} where a route takes no body.
  const body = (route.body ?? nothing).safeParse(route.body === undefined ? (given.body ?? {}) : given.body);
  if (!body.success) return invalid(body.error, "body");
  return done({
    params: params?.data,
    query: query.value,
    body: route.body === undefined ? undefined : body.data,
  });
}

function readQuery(route: Route, query: URLSearchParams): Result<unknown> {
  const names = [...query.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    return refused({ code: "bad-request", fields: [{ field: twice.slice(0, 100), says: "is given twice" }] });
  }
  const parsed = (route.query ?? nothing).safeParse(Object.fromEntries(query));
  if (!parsed.success) return invalid(parsed.error, "query");
  return done(route.query === undefined ? undefined : parsed.data);
}

function invalid(error: z.core.$ZodError, whole: string): { readonly ok: false; readonly error: Refusal } {
  const fields = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          field: [...issue.path, key].join(".").slice(0, 100),
          says: "is not known here",
        }))
      : [{ field: issue.path.join(".").slice(0, 100) || whole, says: issue.message }],
  );
  return refused({ code: "bad-request", fields: fields.slice(0, mostFields) });
}
