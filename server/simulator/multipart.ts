/** Reads the fields of a multipart form (RFC 7578) from a body that is there whole. Pure. */

/** Field name to its bytes, the last of a name; null when the body is no such form. */
export function readForm(contentType: string, body: Buffer): ReadonlyMap<string, Buffer> | null {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  if (boundary === null) return null;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const fields = new Map<string, Buffer>();
  for (let at = body.indexOf(mark); at !== -1;) {
    const start = at + mark.length;
    const next = body.indexOf(mark, start);
    if (next === -1) break;
    // Between two marks: a line break, headers, an empty line, the content, a line break.
    const head = body.indexOf("\r\n\r\n", start);
    if (head !== -1 && head < next) {
      const name = /;\s*name="([^"]*)"/i.exec(body.toString("latin1", start, head))?.[1];
      if (name !== undefined) fields.set(name, body.subarray(head + 4, Math.max(head + 4, next - 2)));
    }
    at = next;
  }
  return fields;
}
