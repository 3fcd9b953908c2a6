/** One person starts as many runs as the server takes, and more: everybody else is served at once, or next (A80). */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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

const people: Visitor[] = [];
const newcomer = async (): Promise<Visitor> => {
  const person = await visit(product);
  people.push(person);
  return person;
};
// What a test left running would have the next one wait for its places.
afterEach(async () => {
  for (const person of people.splice(0)) await stopAll(person);
});

const start = (person: Visitor, code: string) =>
  person.api.startRun({ body: { code, idempotencyKey: crypto.randomUUID(), timeoutMs: 600_000 } });
const hasEnded = ({ state }: Run): boolean => endedStates.has(state);
/** Its newest hundred, more than one person can have under way. */
const runsOf = async (person: Visitor): Promise<readonly Run[]> => ok(await person.api.listRuns()).runs;
const unended = async (person: Visitor): Promise<number> =>
  (await runsOf(person)).filter((run) => !hasEnded(run)).length;
const noneLeft = async (person: Visitor): Promise<void> => {
  await expect.poll(() => unended(person), { timeout: 60_000, interval: 100 }).toBe(0);
};
const stopAll = async (person: Visitor): Promise<void> => {
  const left = (await runsOf(person)).filter((run) => !hasEnded(run));
  await Promise.all(left.map(async ({ id }) => ok(await person.api.stopRun({ params: { run: id } }))));
  await noneLeft(person);
};

test(
  `A80 of ${crowd} runs that are asked for at once as many are taken as one person may have, and another's is not behind them`,
  { timeout: 120_000 },
  async () => {
    const [ann, bea] = [await newcomer(), await newcomer()];
    const tries = await Promise.all(Array.from({ length: crowd }, () => start(ann, "input()")));
    const taken = tries.flatMap((tried) => (tried.ok ? [tried.value] : []));
    const refusals = tries.flatMap((tried) => (tried.ok ? [] : [tried.error]));
    expect(taken).toHaveLength(Math.min(crowd, most));
    expect(refusals.filter(({ code }) => code !== "too-many")).toEqual([]);
    // None of ann's ends by itself, so bea's would wait for ever if it waited for any of them.
    const { run, events } = await bea.run("print('served')");
    expect([run.state, outputOf(events)]).toEqual(["finished", "served\n"]);
    expect((await runsOf(ann)).filter(hasEnded)).toEqual([]);
  },
);

test(
  "A80 where every place is taken, the next that is free goes to who has none",
  { timeout: 120_000 },
  async () => {
    const crowders = await Promise.all(
      Array.from({ length: limits.runningPerServer / limits.runningPerOwner }, newcomer),
    );
    await Promise.all(
      crowders.map((person) =>
        Promise.all(Array.from({ length: 8 }, async () => ok(await start(person, "input()")))),
      ),
    );
    const running = async (person: Visitor): Promise<readonly Run[]> =>
      (await runsOf(person)).filter(({ state }) => state === "running");
    for (const person of crowders) {
      await expect
        .poll(async () => (await running(person)).length, { timeout: 60_000 })
        .toBe(limits.runningPerOwner);
    }
    const [ann, bea] = [crowders[0] as Visitor, await newcomer()];
    const hers = ok(await start(bea, "input()"));
    const [first] = await running(ann);
    ok(await ann.api.stopRun({ params: { run: first?.id ?? hers.id } }));
    await expect.poll(async () => (await running(bea)).length, { timeout: 60_000 }).toBe(1);
    // One has ended, and bea's had its place: none of the four who wait for more.
    for (const person of crowders) {
      expect((await runsOf(person)).filter(({ startedAt }) => startedAt !== null)).toHaveLength(
        limits.runningPerOwner,
      );
    }
  },
);

test(
  `A80 ${crowd} real runs of one person, as many waiting as may at any time: another's begin between them`,
  { timeout: 60_000 + crowd * 1_000 },
  async () => {
    const [ann, bea] = [await newcomer(), await newcomer()];
    let accepted = 0;
    const areAllAccepted = (): boolean => accepted >= crowd;
    const feeding = (async () => {
      while (!areAllAccepted()) {
        const tried = await start(ann, "print(1)");
        if (tried.ok) accepted += 1;
        await expect.poll(() => unended(ann), { timeout: 60_000 }).toBeLessThan(most);
      }
    })();
    const overtaken: number[] = [];
    while (!areAllAccepted()) {
      const { run } = await bea.run("print(2)");
      expect(run.state).toBe("finished");
      const began = run.startedAt ?? 0;
      const meanwhile = await runsOf(ann);
      overtaken.push(
        meanwhile.filter(
          ({ startedAt }) => startedAt !== null && startedAt > run.createdAt && startedAt < began,
        ).length,
      );
    }
    await feeding;
    await noneLeft(ann);
    expect(new Set((await runsOf(ann)).map(({ state }) => state))).toEqual(new Set(["finished"]));
    // Behind ann's queue it would be all of that, each time.
    overtaken.sort((one, other) => one - other);
    expect(overtaken[Math.floor(overtaken.length / 2)]).toBeLessThan(limits.queuedPerOwner / 2);
  },
);
