/** One person starts as many runs as the server takes, and more: everybody else is served at once, or next (A80). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import { endedStates, type Run } from "../../contract/runs.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

/** 1,000 are the promise; so many are run each time, and all of them with CROWD=1000. */
const crowd = Number(process.env.CROWD ?? 200);
/** What one person may have under way: the others are refused. */
const most = limits.runningPerOwner + limits.queuedPerOwner;

let product: Product;
beforeAll(async () => {
  product = await startProduct({ args: ["--simulator"] });
});
afterAll(() => product[Symbol.asyncDispose]());

const start = (person: Visitor, code: string): Promise<Result<Run, { readonly code: string }>> =>
  person.api.startRun({ body: { code, idempotencyKey: crypto.randomUUID(), timeoutMs: 600_000 } });
const hasEnded = ({ state }: Run): boolean => endedStates.has(state);
const runsOf = async (person: Visitor): Promise<readonly Run[]> => ok(await person.api.listRuns({})).runs;
const endOf = async (person: Visitor, run: Run): Promise<Run> => {
  const events = await person.follow(run.id, (event) => event.type === "run" && hasEnded(event.run));
  const last = events.findLast((event) => event.type === "run");
  if (last === undefined) throw new Error("no end was told");
  return last.run;
};

test(
  `A80 of ${crowd} runs that are started at once, as many are taken as one person may have, and another's is not behind them`,
  { timeout: 300_000 },
  async () => {
    const [ann, bea] = [await visit(product), await visit(product)];
    const tries = await Promise.all(Array.from({ length: crowd }, () => start(ann, "input()")));
    const taken = tries.flatMap((tried) => (tried.ok ? [tried.value] : []));
    expect(taken).toHaveLength(Math.min(crowd, most));
    expect(new Set(tries.flatMap((tried) => (tried.ok ? [] : [tried.error.code])))).toEqual(
      new Set(crowd > most ? ["too-many"] : []),
    );
    // None of ann's ends by itself, so bea's would wait for ever if it waited for any of them.
    const { run, events } = await bea.run("print('served')");
    expect([run.state, outputOf(events)]).toEqual(["finished", "served\n"]);
    expect((await runsOf(ann)).filter(hasEnded)).toEqual([]);
    await Promise.all(taken.map(async ({ id }) => ok(await ann.api.stopRun({ params: { run: id } }))));
    for (const { id } of taken) {
      await ann.follow(id, (event) => event.type === "run" && hasEnded(event.run));
    }
  },
);

test(
  "A80 where every place is taken, the next that is free goes to who has none",
  { timeout: 300_000 },
  async () => {
    const crowders = await Promise.all(
      Array.from({ length: limits.runningPerServer / limits.runningPerOwner }, () => visit(product)),
    );
    const blocked = await Promise.all(
      crowders.map((person) =>
        Promise.all(Array.from({ length: most / 3 }, async () => ok(await start(person, "input()")))),
      ),
    );
    const running = async (person: Visitor): Promise<Run[]> =>
      (await runsOf(person)).filter(({ state }) => state === "running");
    const [ann] = crowders as [Visitor];
    for (const person of crowders) {
      await expect
        .poll(async () => (await running(person)).length, { timeout: 60_000 })
        .toBe(limits.runningPerOwner);
    }
    const bea = await visit(product);
    const hers = ok(await start(bea, "print('served')"));
    const [first] = await running(ann);
    ok(await ann.api.stopRun({ params: { run: first?.id ?? hers.id } }));
    const end = await endOf(bea, hers);
    // Whatever of ann's came after it began after it.
    const later = (await runsOf(ann)).filter(({ startedAt }) => (startedAt ?? 0) > (first?.startedAt ?? 0));
    expect(end.state).toBe("finished");
    expect(later.filter(({ startedAt }) => (startedAt ?? 0) < (end.startedAt ?? 0))).toEqual([]);
    for (const [index, person] of crowders.entries()) {
      for (const { id } of blocked[index] ?? []) ok(await person.api.stopRun({ params: { run: id } }));
      for (const { id } of blocked[index] ?? []) {
        await person.follow(id, (event) => event.type === "run" && hasEnded(event.run));
      }
    }
  },
);

test(
  `A80 ${crowd} real runs of one person, as many waiting as may at any time: another's begin between them`,
  { timeout: 900_000 },
  async () => {
    const [ann, bea] = [await visit(product), await visit(product)];
    let accepted = 0;
    let ended = 0;
    /** Each takes part in keeping the queue full: what is refused is asked for again when one has ended. */
    const asking = async (): Promise<void> => {
      while (accepted < crowd) {
        accepted += 1;
        const { state } = await endOf(ann, ok(await start(ann, "print(1)")));
        expect(state).toBe("finished");
        ended += 1;
      }
    };
    const lanes = Array.from({ length: most }, asking);
    const overtaken: number[] = [];
    for (let done = false; !done; done = accepted >= crowd) {
      const before = ended;
      const { run } = await bea.run("print(2)");
      expect(run.state).toBe("finished");
      overtaken.push(ended - before);
    }
    await Promise.all(lanes);
    expect(ended).toBe(crowd);
    // Behind ann's queue it would be all of it, each time.
    overtaken.sort((one, other) => one - other);
    expect(overtaken[Math.floor(overtaken.length / 2)]).toBeLessThan(limits.queuedPerOwner / 2);
  },
);
