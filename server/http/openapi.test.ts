/** openapi.json says of each route what the table says, in the form that OpenAPI 3.1 prescribes. */
import { expect, test } from "vitest";
import { failures } from "../../contract/failures.ts";
import { routes, type Route } from "../../contract/routes.ts";
import { openApi } from "./openapi.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly "x-access": string;
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly type?: string } }>;
  };
  readonly responses: Record<string, { readonly description: string; readonly content: unknown }>;
}

// What a client reads is the JSON, so that is what is looked at.
const document = JSON.parse(JSON.stringify(openApi("1.2.3"))) as {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly required: readonly string[] }> };
};

const operationOf = (route: Route): Operation | undefined =>
  document.paths[route.path.replace(/:(\w+)/g, "{$1}")]?.[route.method.toLowerCase()];

test("it names its version and ours", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toEqual({ title: "Python IDE for OpenRouter", version: "1.2.3" });
  expect(document.components.schemas["Failure"]?.required).toEqual(["code", "says", "hint"]);
});

test("it has the table's routes, all of them and no other", () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(routes).sort());
});

test.each(Object.entries(routes) as [string, Route][])("%s is described as it is served", (name, route) => {
  const operation = operationOf(route);
  expect(operation).toMatchObject({ operationId: name, summary: route.summary, "x-access": route.access });
  expect(operation?.security).toHaveLength(route.access === "signed-in" ? 1 : 0);
  const inPath = (operation?.parameters ?? []).filter((parameter) => parameter.in === "path");
  expect(inPath.map((parameter) => `:${parameter.name}`)).toEqual(route.path.match(/:\w+/g) ?? []);
  expect(inPath.every(({ required }) => required)).toBe(true);
  expect(operation?.requestBody?.content["application/json"]?.schema.type).toBe(
    route.body === undefined ? undefined : "object",
  );
  expect(operation?.responses["200"]).toBeDefined();
  for (const code of route.failures) {
    expect(operation?.responses[failures[code].status]?.description).toContain(`\`${code}\``);
  }
});

test("every reference in it leads somewhere", () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to);
  expect(new Set(references)).toEqual(new Set(["#/components/schemas/Failure"]));
  expect(text).not.toContain("$schema");
});
