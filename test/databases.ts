/** The databases that the product runs on, so that one scenario holds on each of them. */
import { startPostgres } from "./postgres.ts";

export interface TestDatabase extends AsyncDisposable {
  /** What the product needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
}

export const databases: readonly { readonly name: string; readonly open: () => Promise<TestDatabase> }[] = [
  {
    name: "SQLite",
    open: () => Promise.resolve({ env: {}, [Symbol.asyncDispose]: () => Promise.resolve() }),
  },
  {
    name: "PostgreSQL",
    async open() {
      const server = await startPostgres();
      return {
        env: { DATABASE_URL: await server.createDatabase() },
        [Symbol.asyncDispose]: () => server.stop(),
      };
    },
  },
];
