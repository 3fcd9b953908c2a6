/** A product with a program under way that is about to end in whatever way, and what must be true after that. */
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import type { RunId } from "../../contract/ids.ts";
import { isAlive, processesBelow } from "../attacks/host-processes.ts";
import { ok, startProduct, visit, type Product, type ProductOptions, type Visitor } from "../product.ts";

const places: string[] = [];
afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true });
});
const makePlace = (): string => {
  const place = mkdtempSync(join(tmpdir(), "lives-"));
  places.push(place);
  return place;
};

/** One that an interrupt ends. */
const hearing = "import time\nprint('begun', flush=True)\ntime.sleep(600)";

export interface Life extends Pick<ProductOptions, "start"> {
  /** Prints something, and goes on. */
  readonly code?: string;
}

export interface Begun {
  readonly product: Product;
  readonly ann: Visitor;
  readonly run: RunId;
  /** All that were below the product while the program ran. */
  readonly processes: readonly number[];
}

export async function begin({ code = hearing, ...life }: Life = {}): Promise<Begun> {
  const data = makePlace();
  const product = await startProduct({ ...usual, ...life, data, env: { TMPDIR: data } });
  const ann = await visit(product);
  const body = { code, timeoutMs: 600_000, idempotencyKey: crypto.randomUUID() };
  const { id } = ok(await ann.api.startRun({ body }));
  await ann.follow(id, (event) => event.type === "output");
  const processes = processesBelow(product.process.pid ?? 0).map(({ pid }) => pid);
  return { product, ann, run: id, processes };
}
const usual = { args: ["--simulator"] };

/** Its exit code, or the signal that ended it. */
export const exitOf = async ({ process: child }: Product): Promise<number | string | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? child.signalCode;
};

/** No process and no directory of its sandboxes is left, and the next start tells what became of the run. */
export async function expectNothingLeft(
  { product, ann, run, processes }: Begun,
  reason: string,
): Promise<void> {
  const { data } = product;
  await expect.poll(() => processes.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  const ofSandboxes = () => readdirSync(data).filter((name) => /^openrouter-ide-\d/.test(name));
  await expect.poll(ofSandboxes, { timeout: 20_000 }).toEqual([]);
  await using next = await startProduct({ ...usual, data, env: { TMPDIR: data } });
  const back = await visit(next, ann);
  expect(ok(await back.api.getRun({ params: { run } })).run).toMatchObject({ state: "lost", reason });
  // Of the one that went away nothing is left there, either: this is the next one's.
  expect(readdirSync(join(data, "run"))).toHaveLength(1);
}
