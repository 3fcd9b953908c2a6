/** The route table as OpenAPI 3.1: what is documented is what is routed. */
import * as z from "zod/mini";
import { FailureReply, failures, type FailureCode } from "../../contract/failures.ts";
import { routes, type Route } from "../../contract/routes.ts";

/** What any request may meet before its route is asked. */
const byGuard: readonly FailureCode[] = [
  "bad-request",
  "wrong-origin",
  "wrong-host",
  "internal",
  "store-unavailable",
];
const byBody: readonly FailureCode[] = ["too-large", "wrong-content-type"];

export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Python IDE for OpenRouter", version },
    paths,
    components: {
      schemas: { Failure: schemaOf(FailureReply, "output") },
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "orid_<instance>",
          description: "Set by sign-in. Changes also need the server's own Origin.",
        },
      },
    },
  };
}

function operation(name: string, route: Route): Record<string, unknown> {
  const isSignedIn = route.access === "signed-in";
  const codes = new Set<FailureCode>([
    ...byGuard,
    ...(isSignedIn ? (["not-signed-in"] as const) : []),
    ...(route.method === "GET" ? [] : byBody),
    ...route.failures,
  ]);
  return {
    operationId: name,
    summary: route.summary,
    "x-access": route.access,
    security: isSignedIn ? [{ session: [] }] : [],
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: inJson(schemaOf(route.body, "input")) } }),
    responses: {
      200: { description: "Done.", content: contentOf(route.output) },
      ...refusals(codes),
    },
  };
}

function refusals(codes: ReadonlySet<FailureCode>): Record<string, unknown> {
  const byStatus = Map.groupBy(codes, (code) => failures[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.map((name) => `\`${name}\`: ${failures[name].says}`).join(" "),
        content: inJson({ $ref: "#/components/schemas/Failure" }),
      },
    ]),
  );
}

function parameters(schema: z.ZodMiniObject | undefined, place: "path" | "query"): unknown[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    readonly properties?: Record<string, unknown>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: of,
  }));
}

const contentOf = (output: Route["output"]): Record<string, unknown> =>
  output === "bytes" ? { "application/octet-stream": {} } : inJson(schemaOf(output, "output"));

const inJson = (schema: unknown): Record<string, unknown> => ({ "application/json": { schema } });

/** JSON Schema 2020-12 is OpenAPI 3.1's own dialect. */
function schemaOf(schema: z.ZodMiniType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12" });
  return rest;
}
