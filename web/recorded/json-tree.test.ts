/** A JSON text reads as a tree without a digit changed, and only as far as it is opened. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonRoot, membersOf, valueText, type JsonNode } from "./json-tree.ts";
import {
  openedAtFirst,
  pathOf,
  placesOf,
  rememberedMembers,
  treeRows,
  wayTo,
  type TreeRow,
} from "./tree-rows.ts";

const rootIn = (text: string): JsonNode => {
  const root = jsonRoot(text);
  if (root === null) throw new Error("not JSON");
  return root;
};
/** The tree read to its last leaf, as the values that it stands for. */
const rebuilt = (text: string, node: JsonNode): unknown => {
  if (node.kind === "array")
    return membersOf(text, node, node.count).map((member) => rebuilt(text, member.node));
  if (node.kind !== "object") return JSON.parse(text.slice(node.start, node.end));
  const entries = membersOf(text, node, node.count).map(
    ({ name, node }) => [name, rebuilt(text, node)] as const,
  );
  return Object.fromEntries(entries);
};
const rowsOf = (text: string, open: readonly number[]): readonly TreeRow[] =>
  treeRows(rootIn(text), rememberedMembers(text), { open: new Set(open), listed: new Map() });

test("any JSON, however it is spaced, reads as what it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = ` ${JSON.stringify(value, null, indent)}\n`;
      expect(rebuilt(text, rootIn(text))).toEqual(JSON.parse(text));
    }),
  );
});

test("digits, escapes and double keys stand as they came", () => {
  const text = String.raw`{"cost":8.0e-8,"id":12345678901234567890,"a":1,"a":"\u00e9\\"}`;
  const members = membersOf(text, rootIn(text), 10);
  expect(members.map(({ name }) => name)).toEqual(["cost", "id", "a", "a"]);
  expect(members.map(({ node }) => valueText(text, node))).toEqual([
    "8.0e-8",
    "12345678901234567890",
    "1",
    "é\\",
  ]);
});

test("what is no JSON has no tree", () => {
  expect([jsonRoot(""), jsonRoot('{"a":'), jsonRoot("data: {}"), jsonRoot("<html>")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("only what is open has rows, each with its level, its parent and its place", () => {
  const text = '{"a":[1,{"b":2}],"c":{}}';
  expect(rowsOf(text, [])).toHaveLength(1);
  const rows = rowsOf(text, [0, 5]);
  expect(rows.map(({ name, depth, parent, place }) => [name, depth, parent, place])).toEqual([
    [null, 0, -1, 1],
    ["a", 1, 0, 1],
    [0, 2, 1, 1],
    [1, 2, 1, 2],
    ["c", 1, 0, 2],
  ]);
  expect(pathOf(rows, 3)).toBe('["a"][1]');
});

test("a long list shows its beginning and a row for the rest", () => {
  const text = JSON.stringify(Array.from({ length: 2_500 }, (_, index) => index));
  const rows = rowsOf(text, [0]);
  expect(rows).toHaveLength(1_002);
  expect(rows.at(-1)).toMatchObject({ more: 1_500 });
});

test("at first a tree is open as far as it stays short", () => {
  const text = JSON.stringify({ few: { a: { b: 1 } }, many: Array.from({ length: 500 }, () => ({})) });
  const root = rootIn(text);
  const members = rememberedMembers(text);
  const open = openedAtFirst(root, members);
  const names = treeRows(root, members, { open, listed: new Map() }).map(({ name }) => name);
  expect(names).toEqual([null, "few", "a", "b", "many"]);
});

test("a search finds keys and values, whatever their case and escapes, and the way to each", () => {
  const text = String.raw`{"a":{"Name":"x"},"b":["line\nNAME"]}`;
  const places = placesOf(text, "name");
  expect(places).toHaveLength(2);
  const root = rootIn(text);
  const found = places.map((place) => wayTo(root, rememberedMembers(text), place).at(-1));
  expect(found.map((node) => (node === undefined ? "" : valueText(text, node)))).toEqual(["x", "line\nNAME"]);
  expect(placesOf(text, "e\nn")).toHaveLength(1);
  expect(placesOf(text, "(")).toEqual([]);
});

test("nesting without end neither overflows nor is lost", () => {
  const text = "[".repeat(50_000) + "]".repeat(50_000);
  expect(rootIn(text)).toMatchObject({ count: 1, end: text.length });
});
