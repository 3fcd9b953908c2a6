/** Files beside a program: a run sees them, and a run and a snippet give them back as they were. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProgramFile } from "../../contract/files.ts";
import { databases, type TestDatabase } from "../databases.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

const helper: ProgramFile = { path: "helper.py", content: "def twice(x): return 2 * x\n", encoding: "utf8" };
const bytes: ProgramFile = { path: "data/deep/all.bin", content: "AAH+/w==", encoding: "base64" };
const files = [helper, bytes];
const inOrder = [bytes, helper];

describe.each(databases)("on $name", (opened) => {
  let database: TestDatabase;
  let product: Product;
  let ann: Visitor;

  beforeAll(async () => {
    database = await opened.open();
    product = await startProduct({ args: ["--simulator"], env: database.env });
    ann = await visit(product);
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test("a program imports and reads them, and its run gives them back unchanged to run again", async () => {
    const code = `from helper import twice
data = open("data/deep/all.bin", "rb").read()
print(twice(21), list(data))
open("data/deep/all.bin", "wb").write(b"changed")
`;
    const first = await ann.run(code, { files });
    expect(outputOf(first.events)).toBe("42 [0, 1, 254, 255]\n");
    const kept = ok(await ann.api.getRun({ params: { run: first.run.id } }));
    expect(kept).toMatchObject({ code, files: inOrder });
    const again = await ann.run(kept.code, { files: kept.files });
    expect(outputOf(again.events)).toBe("42 [0, 1, 254, 255]\n");
  });

  test("one that would stand in the program's place is refused by name, and nothing is run", async () => {
    const startRun = ann.api.startRun({
      body: {
        code: "print(1)",
        fileName: "helper.py",
        files: [helper],
        idempotencyKey: crypto.randomUUID(),
      },
    });
    expect(await startRun).toMatchObject({
      error: {
        code: "bad-request",
        fields: [{ field: "files", says: "may not stand where the program's own file stands" }],
      },
    });
  });

  test("as many bytes as may stand beside a program travel in one request", async () => {
    const half = (path: string): ProgramFile => ({
      path,
      content: Buffer.alloc(2 * 2 ** 20, 255).toString("base64"),
      encoding: "base64",
    });
    const { events } = await ann.run("import os\nprint(sum(os.path.getsize(n) for n in 'ab'))\n", {
      files: [half("a"), half("b")],
    });
    expect(outputOf(events)).toBe(`${4 * 2 ** 20}\n`);
  });

  test("a snippet keeps them through saving, deleting and bringing back", async () => {
    const saved = ok(await ann.api.createSnippet({ body: { name: "with files", code: "x = 1", files } }));
    expect(saved).toMatchObject({ fileCount: 2, files: inOrder });
    const params = { snippet: saved.id };
    const renamed = ok(await ann.api.updateSnippet({ params, body: { name: "renamed", revision: 1 } }));
    expect(renamed.files).toEqual(inOrder);
    const fewer = ok(await ann.api.updateSnippet({ params, body: { files: [helper], revision: 2 } }));
    expect(fewer).toMatchObject({ code: "x = 1", fileCount: 1, files: [helper] });
    ok(await ann.api.deleteSnippet({ params }));
    expect(ok(await ann.api.restoreSnippet({ params })).files).toEqual([helper]);
    expect(ok(await ann.api.listSnippets({ query: {} })).snippets).toMatchObject([{ fileCount: 1 }]);
  });

  test("what is being edited may be announced, and what can't be is refused", async () => {
    const prepared = await ann.api.prepareRun({ body: { code: "import json", files: ["helper.py"] } });
    expect(ok(prepared)).toEqual({ missing: [] });
    expect(await ann.api.prepareRun({ body: { code: "", files: ["../x"] } })).toMatchObject({
      error: { code: "bad-request", fields: [{ field: "files.0" }] },
    });
  });
});
