/** Makes a value that a JSON schema allows, filled from the question's own words where a property asks for such. */
import { drawBelow } from "../chance.ts";
import { textForPattern } from "./pattern-text.ts";

export interface Words {
  /** What the user asked; names and numbers are taken from it. */
  readonly text: string;
  readonly topic: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

interface Maker {
  readonly root: Schema;
  readonly words: Words;
  /** Values left to make; a schema that wants more gets the smallest that still fit, and nulls when it wants twice that. */
  left: number;
}

const mostValues = 1_000;
/** A longer schema is not read: `{}` is the value then. */
const longestSchema = 200_000;
const deepest = 24;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value for `schema`; equal schemas and words give equal values. What is no schema gives `{}`. */
export function valueFor(schema: unknown, words: Words): unknown {
  if (!isSchema(schema) || JSON.stringify(schema).length > longestSchema) return {};
  return make({ root: schema, words, left: mostValues }, schema, "", 0);
}

function make(maker: Maker, given: Schema, name: string, depth: number): unknown {
  maker.left -= 1;
  if (maker.left < -mostValues) return null;
  const schema = resolved(maker, given);
  if ("const" in schema) return schema["const"];
  const options = schema["enum"];
  if (Array.isArray(options) && options.length > 0) return mentioned(options, maker.words) ?? options[0];
  const branch = firstBranch(maker, schema, depth);
  if (branch)
    return make(maker, { ...schema, anyOf: undefined, oneOf: undefined, ...branch }, name, depth + 1);
  switch (typeOf(schema, depth)) {
    case "object":
      return makeObject(maker, schema, depth);
    case "array":
      return makeArray(maker, schema, name, depth);
    case "integer":
    case "number":
      return makeNumber(maker, schema, name);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return makeText(maker, schema, name);
  }
}

/** Follows `$ref` inside the document and joins `allOf`. */
function resolved(maker: Maker, given: Schema): Schema {
  let schema = given;
  for (let hops = 0; typeof schema["$ref"] === "string" && hops < 20; hops += 1) {
    const { $ref, ...rest } = schema;
    schema = { ...lookUp(maker.root, $ref), ...rest };
  }
  const parts = schema["allOf"];
  if (!Array.isArray(parts)) return schema;
  return parts
    .filter(isSchema)
    .slice(0, 20)
    .reduce<Schema>((joined, part) => join(joined, part, maker), { ...schema, allOf: undefined });
}

function join(one: Schema, other: Schema, maker: Maker): Schema {
  const part = typeof other["$ref"] === "string" ? { ...lookUp(maker.root, other["$ref"]) } : other;
  return {
    ...one,
    ...part,
    properties: { ...objectIn(one["properties"]), ...objectIn(part["properties"]) },
    required: [...listIn(one["required"]), ...listIn(part["required"])],
  };
}

const objectIn = (value: unknown): Schema => (isSchema(value) ? value : {});
const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function lookUp(root: Schema, reference: string): Schema {
  if (!reference.startsWith("#")) return {};
  let at: unknown = root;
  for (const step of reference
    .slice(1)
    .split("/")
    .filter((part) => part !== "")) {
    const key = decodeStep(step);
    if (!isSchema(at) || !Object.hasOwn(at, key)) return {};
    at = at[key];
  }
  return objectIn(at);
}

const decodeStep = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");

function firstBranch(maker: Maker, schema: Schema, depth: number): Schema | null {
  for (const key of ["anyOf", "oneOf"]) {
    const branches = listIn(schema[key]).filter(isSchema);
    const wanted =
      depth > deepest || maker.left < 0
        ? branches.find(isLeaf)
        : branches.find((branch) => branch["type"] !== "null");
    if (wanted ?? branches[0]) return wanted ?? branches[0] ?? null;
  }
  return null;
}

const isLeaf = (schema: Schema): boolean =>
  typeof schema["type"] === "string" && !["object", "array"].includes(schema["type"]);

function typeOf(schema: Schema, depth: number): string {
  const type = schema["type"];
  if (Array.isArray(type)) {
    if (depth > deepest && type.includes("null")) return "null";
    return String(type.find((one) => one !== "null") ?? "null");
  }
  if (typeof type === "string") return type;
  if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return "object";
  if ("items" in schema || "prefixItems" in schema) return "array";
  return "minimum" in schema || "maximum" in schema || "multipleOf" in schema ? "number" : "string";
}

function makeObject(maker: Maker, schema: Schema, depth: number): unknown {
  const properties = objectIn(schema["properties"]);
  const required = listIn(schema["required"]).map(String);
  const tight = depth > deepest || maker.left < 0;
  const names = tight
    ? required
    : [...Object.keys(properties), ...required.filter((name) => !Object.hasOwn(properties, name))];
  if (depth > 2 * deepest) return {};
  return Object.fromEntries(
    names.map((name) => [name, make(maker, objectIn(properties[name]), name, depth + 1)]),
  );
}

function makeArray(maker: Maker, schema: Schema, name: string, depth: number): unknown {
  const least = count(schema["minItems"], 0);
  const most = count(schema["maxItems"], 100);
  if (depth > deepest || maker.left < 0) return depth > 2 * deepest ? [] : fill(least);
  const fixed = listIn(schema["prefixItems"]).filter(isSchema);
  if (fixed.length > 0) return fixed.map((part) => make(maker, part, name, depth + 1));
  return fill(Math.min(most, Math.max(least, 2)));

  function fill(length: number): unknown[] {
    const items = objectIn(schema["items"]);
    return Array.from({ length }, (_, index) => {
      const value = make(maker, items, `${singular(name)} ${index + 1}`, depth + 1);
      return schema["uniqueItems"] === true && typeof value === "number" ? value + index : value;
    });
  }
}

const count = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? Math.min(value, 100) : otherwise;

function makeNumber(maker: Maker, schema: Schema, name: string): number {
  const whole = typeOf(schema, 0) === "integer";
  const step =
    typeof schema["multipleOf"] === "number" && schema["multipleOf"] > 0
      ? schema["multipleOf"]
      : whole
        ? 1
        : 0.5;
  const lowest = bound(schema["minimum"]) ?? above(bound(schema["exclusiveMinimum"]), step) ?? -Infinity;
  const highest = bound(schema["maximum"]) ?? above(bound(schema["exclusiveMaximum"]), -step) ?? Infinity;
  const fits = (value: number): boolean =>
    value >= lowest &&
    value <= highest &&
    (whole ? Number.isInteger(value) : true) &&
    isMultiple(value, schema["multipleOf"]);
  const told = (maker.words.text.match(/-?\d+(?:\.\d+)?/g) ?? []).slice(0, 50).map(Number).find(fits);
  if (told !== undefined) return told;
  const drawn = 1 + drawBelow(30, `${name} ${maker.words.text}`);
  if (fits(drawn)) return drawn;
  const from = lowest === -Infinity ? (highest === Infinity ? 0 : highest) : lowest;
  const stepped = Math.ceil(from / step) * step;
  return fits(stepped) ? stepped : from;
}

const bound = (value: unknown): number | null => (typeof value === "number" ? value : null);
const above = (value: number | null, step: number): number | null => (value === null ? null : value + step);
const isMultiple = (value: number, of: unknown): boolean =>
  typeof of !== "number" || of <= 0 || Math.abs(value / of - Math.round(value / of)) < 1e-9;

/** Texts of the formats that JSON schema names. */
const formats: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  time: "12:30:00Z",
  "date-time": "2026-01-15T12:30:00Z",
  duration: "PT1H",
  email: "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
};

function makeText(maker: Maker, schema: Schema, name: string): string {
  const format = schema["format"];
  if (typeof format === "string" && Object.hasOwn(formats, format)) return formats[format] ?? "";
  const pattern = schema["pattern"];
  const made = typeof pattern === "string" ? textForPattern(pattern) : null;
  if (made !== null) return made;
  return sized(
    wording(maker.words, name, typeof schema["description"] === "string" ? schema["description"] : ""),
    schema,
  );
}

function sized(text: string, schema: Schema): string {
  const least = Math.min(typeof schema["minLength"] === "number" ? schema["minLength"] : 0, 10_000);
  const most = typeof schema["maxLength"] === "number" ? schema["maxLength"] : Infinity;
  const letters = Array.from(text.padEnd(least, " simulated"));
  return letters.length > most ? letters.slice(0, Math.max(0, most)).join("") : letters.join("");
}

const country = /\b(?:in|for|at|to|from|of)\s+(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)*)/u;

/** A plausible text for a property of that name, from the question's words where it can be. */
function wording(words: Words, name: string, description: string): string {
  const about = `${name} ${description}`;
  if (/\b(?:city|location|place|country|town|destination)\b/i.test(about))
    return country.exec(words.text)?.[1] ?? properName(words) ?? "Paris";
  if (
    /\b(?:query|search|question|q|text|prompt|input|expression|topic|terms?)\b/i.test(
      name.replaceAll("_", " "),
    )
  )
    return expressionOr(words, name);
  if (/\bname\b/i.test(name)) return properName(words) ?? "Ada Lovelace";
  if (/\bemail\b/i.test(name)) return formats["email"] ?? "";
  if (/\b(?:url|link|website)\b/i.test(name)) return formats["url"] ?? "";
  if (/\bdate\b/i.test(name)) return formats["date"] ?? "";
  if (/\b(?:conditions?|weather)\b/i.test(name)) return "Partly cloudy (simulated)";
  const label = name === "" ? "text" : name.replaceAll("_", " ");
  return words.topic.length === 0
    ? `simulated ${label}`
    : `simulated ${label} about ${words.topic.join(" ")}`;
}

function expressionOr(words: Words, name: string): string {
  const sum = /\bexpression\b/i.test(name) ? /\d[\d\s.+*/()-]*\d/.exec(words.text)?.[0] : undefined;
  return sum ?? (words.topic.length > 0 ? words.topic.join(" ") : words.text.slice(0, 100));
}

/** The first word with a capital letter that does not open a sentence. */
const properName = (words: Words): string | null =>
  /[^.?!\s]\s+(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)*)/u.exec(words.text)?.[1] ?? null;

/** The enumerated value that the question names. */
const mentioned = (options: readonly unknown[], words: Words): unknown =>
  options
    .slice(0, 200)
    .find(
      (option) =>
        typeof option === "string" &&
        option !== "" &&
        words.text.toLowerCase().includes(option.toLowerCase()),
    );

const singular = (name: string): string => (name === "" ? "item" : name.replace(/s$/, ""));
