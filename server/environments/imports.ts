/** Which modules a program's text imports, seen without running it. Pure. */

/**
 * Top-level names of all import statements, at any depth of blocks, in the order in which they stand. Text in strings and
 * comments does not count; what is imported by other means (importlib) is not seen.
 */
export function importsOf(source: string): string[] {
  const found = new Set<string>();
  for (const statement of statements(source)) {
    const plain = /^import\s+(.+)$/s.exec(statement);
    for (const part of plain?.[1]?.split(",") ?? []) add(found, part.trim());
    const from = /^from\s+([\p{L}\p{N}_.]+)\s+import\b/u.exec(statement);
    if (from?.[1] !== undefined) add(found, from[1]);
  }
  return [...found];
}

/** "os.path as p" names os; "." and ".x" name the program's own. */
function add(found: Set<string>, dotted: string): void {
  const name = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(dotted)?.[0];
  if (name !== undefined) found.add(name);
}

const token =
  /#[^\n]*|[rRbBuUfF]{0,2}("""|''')(?:\\[^]|(?!\1)[^])*(?:\1|$)|[rRbBuUfF]{0,2}(["'])(?:\\[^]|(?!\2)[^\n\\])*(?:\2|$|(?=\n))|\\\n/g;

/** Statements that could be imports: strings blanked, comments gone, lines joined where brackets or backslashes join them. */
function statements(source: string): string[] {
  const bare = source
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(token, (text) => (text.startsWith("#") ? "" : text === "\\\n" ? " " : '""'));
  const joined = bare.replaceAll(/\([^()]*\)/g, (text) => text.replaceAll("\n", " "));
  return joined
    .split(/[\n;]|:(?=\s*(?:import|from)\s)/)
    .map((line) => line.trim())
    .filter((line) => /^(?:import|from)\s/.test(line));
}
