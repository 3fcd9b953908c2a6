/** What is compiled once serves every later value, and nothing is kept that would serve a wrong one. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { expect, test } from "vitest";
import { keptQuery, keptStatement } from "./kept-statements.ts";

const db = new Kysely<{ pet: { name: string; age: number | null } }>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (any) => new SqliteIntrospector(any),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

test("a query is built once, and asks for what it is given each time", () => {
  let built = 0;
  const named = keptQuery((name: string, most: number) => {
    built += 1;
    return db.selectFrom("pet").selectAll().where("name", "=", name).limit(most);
  });
  const [first, second] = [named("Ada", 1), named("Bo", 2)];
  expect(second.sql).toBe(first.sql);
  expect([first.parameters, second.parameters, built]).toEqual([["Ada", 1], ["Bo", 2], 1]);
});

test("a query with a value of its own beside what it is given is refused: the value would be lost", () => {
  const adult = keptQuery((name: string) =>
    db.selectFrom("pet").selectAll().where("name", "=", name).where("age", ">", 3),
  );
  expect(() => adult("Ada")).toThrow("other parameters");
});

test("a statement is built once for each set of columns, in whatever values", () => {
  let built = 0;
  const change = keptStatement((columns: { name?: string; age?: number | null }, name: string) => {
    built += 1;
    return db.updateTable("pet").set(columns).where("name", "=", name);
  });
  expect(change({ age: 3 }, "Ada").parameters).toEqual([3, "Ada"]);
  expect(change({ age: null }, "Bo").parameters).toEqual([null, "Bo"]);
  expect(change({ name: "Cy", age: 1 }, "Bo").parameters).toEqual(["Cy", 1, "Bo"]);
  expect(built).toBe(2);
});
