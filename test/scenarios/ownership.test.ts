/** Two people on one server: neither sees anything of the other's, not even that it exists. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../databases.ts";
import { ok, startProduct, visit, type Product, type Visitor } from "../product.ts";

describe.each(databases)("on $name", (opened) => {
  let database: TestDatabase;
  let product: Product;
  let ann: Visitor;
  let bea: Visitor;

  beforeAll(async () => {
    database = await opened.open();
    product = await startProduct({ args: ["--simulator"], env: database.env });
    [ann, bea] = await Promise.all([visit(product), visit(product)]);
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const missing = { ok: false, error: { code: "not-found" } };

  test("a run of someone else is not there, by any route", async () => {
    const { run } = await ann.run(
      "import urllib.request\nurllib.request.urlopen('https://openrouter.ai/api/v1/models').read()\nprint('of ann')\n",
      { files: [{ path: "of-ann.txt", content: "of ann", encoding: "utf8" }] },
    );
    expect(run.callCount).toBe(1);
    const params = { run: run.id };
    expect(await bea.api.getRun({ params })).toMatchObject(missing);
    expect(await bea.api.listCalls({ params })).toMatchObject(missing);
    expect(await bea.api.getCall({ params: { ...params, number: "1" } })).toMatchObject(missing);
    expect(await bea.api.getResult({ params: { ...params, number: "1" }, query: {} })).toMatchObject(missing);
    expect(await bea.api.stopRun({ params })).toMatchObject(missing);
    expect(await bea.api.sendInput({ params, body: { text: "x" } })).toMatchObject(missing);
    expect(await bea.api.resizeTerminal({ params, body: { columns: 80, rows: 24 } })).toMatchObject(missing);
    await expect(bea.follow(run.id, () => true)).rejects.toThrow("There is nothing here");
    expect(ok(await bea.api.listRuns()).runs).toEqual([]);
  });

  test("a run of someone else that is under way is not there either", async () => {
    const started = ok(
      await ann.api.startRun({ body: { code: "input()", idempotencyKey: "same-key-for-both" } }),
    );
    const params = { run: started.id };
    expect(await bea.api.stopRun({ params })).toMatchObject(missing);
    expect(await bea.api.sendInput({ params, body: { end: true } })).toMatchObject(missing);
    expect(await bea.api.resizeTerminal({ params, body: { columns: 80, rows: 24 } })).toMatchObject(missing);
    await expect(bea.follow(started.id, () => true)).rejects.toThrow("There is nothing here");
    const own = ok(
      await bea.api.startRun({ body: { code: "print('of bea')", idempotencyKey: "same-key-for-both" } }),
    );
    expect(own.id).not.toBe(started.id);
    ok(await ann.api.stopRun({ params }));
  });

  test("a snippet of someone else can't be seen, changed, deleted or brought back", async () => {
    const snippet = ok(await ann.api.createSnippet({ body: { name: "of ann", code: "secret = 1" } }));
    const params = { snippet: snippet.id };
    expect(await bea.api.getSnippet({ params })).toMatchObject(missing);
    expect(
      await bea.api.updateSnippet({ params, body: { name: "of bea", revision: snippet.revision } }),
    ).toMatchObject(missing);
    expect(await bea.api.deleteSnippet({ params })).toMatchObject(missing);
    ok(await ann.api.deleteSnippet({ params }));
    expect(await bea.api.restoreSnippet({ params })).toMatchObject(missing);
    expect(ok(await bea.api.listSnippets({ query: { q: "secret" } }))).toMatchObject({
      snippets: [],
      total: 0,
    });
    ok(await ann.api.restoreSnippet({ params }));
  });

  test("choosing a model or setting a key changes only one's own session", async () => {
    ok(await ann.api.setModel({ body: { model: "ann/her-model" } }));
    ok(await ann.api.setKey({ body: { key: `sk-or-v1-${"a".repeat(64)}` } }));
    expect(ok(await ann.api.session())).toMatchObject({ model: "ann/her-model", key: { source: "session" } });
    expect(ok(await bea.api.session())).toMatchObject({ model: null, key: { source: "none" } });
  });
});
