/** Promises of the simulator: values made for JSON schemas. */
import { expect, test } from "vitest";
import * as z from "zod";
import { textForPattern } from "./pattern-text.ts";
import { valueFor } from "./schema-values.ts";

const words = {
  text: "What is the weather in New York for 3 days, in celsius?",
  topic: ["weather", "York", "days"],
};

const person = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 3, maxLength: 5 },
    age: { type: "integer", minimum: 18, maximum: 99 },
  },
  required: ["name", "age"],
  additionalProperties: false,
};

test.each<[string, object]>([
  ["objects and bounds", person],
  ["arrays with bounds", { type: "array", items: person, minItems: 3, maxItems: 3 }],
  ["enumerations", { type: "string", enum: ["fahrenheit", "celsius"] }],
  ["constants", { const: 7 }],
  ["alternatives", { anyOf: [{ type: "null" }, person] }],
  ["nullable types", { type: ["string", "null"] }],
  ["numbers", { type: "number", exclusiveMinimum: 1.5, maximum: 2 }],
  ["multiples", { type: "integer", multipleOf: 7, minimum: 50 }],
  [
    "formats",
    {
      type: "object",
      properties: {
        when: { type: "string", format: "date-time" },
        id: { type: "string", format: "uuid" },
        mail: { type: "string", format: "email" },
      },
      required: ["when", "id", "mail"],
    },
  ],
  ["patterns", { type: "string", pattern: "^[A-Z]{3}-\\d{4}(x|y)?$" }],
  [
    "references",
    { $defs: { person }, type: "object", properties: { who: { $ref: "#/$defs/person" } }, required: ["who"] },
  ],
  ["tuples", { type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }] }],
])("a value fits its schema: %s", (_, schema) => {
  const value = valueFor(schema, words);
  expect(z.fromJSONSchema(schema as never).safeParse(value).error?.issues ?? []).toEqual([]);
  expect(valueFor(schema, words)).toEqual(value);
});

test("names and numbers come from the question", () => {
  expect(
    valueFor(
      {
        type: "object",
        properties: {
          location: { type: "string" },
          days: { type: "integer" },
          unit: { enum: ["fahrenheit", "celsius"] },
        },
      },
      words,
    ),
  ).toEqual({
    location: "New York",
    days: 3,
    unit: "celsius",
  });
});

test("a schema that refers to itself, or is huge, ends", () => {
  const tree = {
    $defs: {
      node: {
        type: "object",
        properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } },
        required: ["left", "right"],
      },
    },
    $ref: "#/$defs/node",
  };
  expect(valueFor(tree, words)).toBeTypeOf("object");
  expect(valueFor({ $ref: "#" }, words)).toBeDefined();
  expect(valueFor({ allOf: [{ $ref: "#" }] }, words)).toBeDefined();
  expect(valueFor("nonsense", words)).toEqual({});
});

test("a pattern is read, never run: one that would hang a matcher costs nothing", () => {
  expect(textForPattern("^(a+)+$")).toBe("a");
  expect(textForPattern("(".repeat(400))).toBeNull();
  expect(textForPattern("(?=look)ahead")).toBeNull();
  expect(textForPattern("(((x{99}){99}){99}){99}")).toBeNull();
});
