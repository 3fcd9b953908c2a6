/** The rows of a JSON tree as it is opened now, the way to a place in it, and what a search finds. Pure. */
import { holdsMembers, membersOf, type JsonMember, type JsonNode } from "./json-tree.ts";

export interface TreeRow {
  /** Null for the root. */
  readonly name: string | number | null;
  readonly node: JsonNode;
  readonly depth: number;
  /** Index of the row that it belongs to; -1 for the root. */
  readonly parent: number;
  /** Its place among its siblings, from 1. */
  readonly place: number;
  /** Members of this node that are not listed: the row stands for them and has no value of its own. */
  readonly more: number;
}

/** Which nodes are open, by their start, and how many members each lists when it is more than `listedMembers`. */
export interface Openness {
  readonly open: ReadonlySet<number>;
  readonly listed: ReadonlyMap<number, number>;
}

/** A longer list shows this many and a row for the rest. */
export const listedMembers = 1_000;
/** A tree is opened by itself as far as it stays this short. */
const openedRows = 40;
/** "Expand all" stops here; more rows than a browser can scroll through help nobody. */
export const expandedRows = 20_000;
export const mostFound = 10_000;

export type Members = (node: JsonNode, most: number) => readonly JsonMember[];

/** Reads members once for each node. */
export function rememberedMembers(text: string): Members {
  const known = new Map<number, readonly JsonMember[]>();
  return (node, most) => {
    const found = known.get(node.start);
    if (found !== undefined && (found.length >= most || found.length === node.count))
      return found.slice(0, most);
    const members = membersOf(text, node, most);
    known.set(node.start, members);
    return members;
  };
}

export function treeRows(root: JsonNode, members: Members, { open, listed }: Openness): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const waiting: TreeRow[] = [{ name: null, node: root, depth: 0, parent: -1, place: 1, more: 0 }];
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row);
    const { node } = row;
    if (row.more > 0 || !holdsMembers(node) || !open.has(node.start)) continue;
    const most = listed.get(node.start) ?? listedMembers;
    const inside = { depth: row.depth + 1, parent: rows.length - 1 };
    if (node.count > most) {
      waiting.push({ ...inside, name: null, node, place: most + 1, more: node.count - most });
    }
    const shown = members(node, most);
    for (let at = shown.length - 1; at >= 0; at -= 1) {
      const member = shown[at];
      if (member !== undefined) waiting.push({ ...inside, ...member, place: at + 1, more: 0 });
    }
  }
  return rows;
}

/** Level by level, as long as the tree stays short; `most` rows at the most. */
export function openedAtFirst(root: JsonNode, members: Members, most = openedRows): ReadonlySet<number> {
  const open = new Set<number>();
  let rows = 1;
  let level: readonly JsonNode[] = [root];
  while (level.length > 0) {
    const next: JsonNode[] = [];
    for (const node of level) {
      const added = Math.min(node.count, listedMembers);
      if (added === 0) continue;
      // The root is open however long it is.
      if (rows + added > most && node !== root) continue;
      open.add(node.start);
      rows += added;
      next.push(...members(node, listedMembers).map((member) => member.node));
    }
    level = next;
  }
  return open;
}

/** The nodes around a place in the text, outermost first, ending with the innermost whose key or value holds it. */
export function wayTo(root: JsonNode, members: Members, offset: number): readonly JsonNode[] {
  const way: JsonNode[] = [root];
  for (let node = root; holdsMembers(node) && node.count > 0;) {
    const inside = members(node, node.count);
    const next = memberAround(inside, offset)?.node;
    if (next === undefined) break;
    way.push(next);
    node = next;
  }
  return way;
}

/** The tree with the way to a place opened, and the node that stands there. */
export function revealed(
  root: JsonNode,
  members: Members,
  { open, listed }: Openness,
  offset: number,
): { readonly openness: Openness; readonly start: number } {
  const way = wayTo(root, members, offset);
  const nowOpen = new Set(open);
  const nowListed = new Map(listed);
  for (const [at, node] of way.entries()) {
    const inside = way[at + 1];
    if (inside === undefined) break;
    nowOpen.add(node.start);
    const place = members(node, node.count).findIndex((member) => member.node.start === inside.start);
    if (place >= (listed.get(node.start) ?? listedMembers)) {
      nowListed.set(node.start, (Math.floor(place / listedMembers) + 1) * listedMembers);
    }
  }
  return { openness: { open: nowOpen, listed: nowListed }, start: way.at(-1)?.start ?? root.start };
}

/** The first member that ends behind the place: its key stands between it and the one before. */
function memberAround(members: readonly JsonMember[], offset: number): JsonMember | undefined {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((members[middle]?.node.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return members[low];
}

/** Where the words stand in the text, whatever their case, at most `mostFound` places; also as JSON writes them. */
export function placesOf(text: string, words: string): readonly number[] {
  if (words === "") return [];
  const escaped = (part: string): string => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const forms = new Set([escaped(words), escaped(JSON.stringify(words).slice(1, -1))]);
  const pattern = new RegExp([...forms].join("|"), "gi");
  const places: number[] = [];
  for (
    let found = pattern.exec(text);
    found !== null && places.length < mostFound;
    found = pattern.exec(text)
  ) {
    places.push(found.index);
  }
  return places;
}

/** How Python reaches it from the parsed reply: `["choices"][0]["message"]`. */
export function pathOf(rows: readonly TreeRow[], index: number): string {
  const names: string[] = [];
  for (let row = rows[index]; row !== undefined && row.name !== null; row = rows[row.parent]) {
    names.unshift(`[${JSON.stringify(row.name)}]`);
  }
  return names.join("");
}
