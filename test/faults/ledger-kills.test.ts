/** The server is killed at any moment while calls are under way: no settled call is lost, none is priced twice, and what can be learnt is (F2). */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { createLog } from "../../server/log.ts";
import { picoUsd } from "../../server/money.ts";
import { createClient } from "../../server/openrouter/http-client.ts";
import type { ListedCall } from "../../server/store/call-store.ts";
import { openStore } from "../../server/store/open-store.ts";
import { programRequest } from "../../server/gateway/program-request-for-tests.ts";
import { numbers } from "./numbers.ts";

/** 200 are the promise; so many are taken each time, and all of them with LEDGER_KILLS=200. */
const kills = Number(process.env.LEDGER_KILLS ?? 20);
const key = `sk-or-v1-${"c0ffee11".repeat(8)}`;
const ownerId = "0".repeat(20) as OwnerId;
const callsAtOnce = 8;

let directory: string;
let databaseUrl: string;
let simulator: ChildProcess;
let upstream: URL;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ledger-kills-"));
  databaseUrl = `sqlite:${directory}/ledger.db`;
  const main = join(import.meta.dirname, "../../server/simulator/main.ts");
  const args = [main, "--port", "0", "--key", key, "--pace", "real", "--generation-delay", "100"];
  simulator = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: simulator.stdout! }), "line")) as [string];
  upstream = new URL((JSON.parse(line) as { url: string }).url);
});
afterAll(() => {
  simulator.kill();
  rmSync(directory, { recursive: true });
});

interface Told {
  readonly id: string;
  readonly state: ListedCall["state"];
  readonly costUsd: string | null;
}
interface Life {
  readonly process: ChildProcess;
  readonly port: number;
  readonly ca: string;
  readonly exited: Promise<unknown>;
  /** What it announced so far: each change after it was written. */
  readonly told: readonly Told[];
  /** Resolves at its n-th announcement. */
  said(count: number): Promise<void>;
}

async function live(): Promise<Life> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "gateway-to-kill.ts"), databaseUrl, upstream.href, key],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  // All that it wrote has been read by then.
  const exited = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  const told: Told[] = [];
  const looks = new Set<() => void>();
  const [first] = (await Promise.race([once(lines, "line"), exited])) as [unknown];
  if (typeof first !== "string") throw new Error("the gateway ended before it listened");
  lines.on("line", (line) => {
    told.push(JSON.parse(line) as Told);
    for (const look of looks) look();
  });
  const { port, ca } = JSON.parse(first) as { port: number; ca: string };
  const said = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (told.length >= count && resolve());
      looks.add(look);
      look();
    });
  return { process: child, port, ca, exited, told, said };
}

/** One request on one of the surfaces; resolves when its reply is over, however. */
function ask(life: Life, n: number): Promise<void> {
  const short = { model: "openai/gpt-4o-mini", stream: n % 3 !== 0, user: `${n}` };
  const messages = [{ role: "user", content: "Say hello." }];
  const [path, body] = [
    ["chat/completions", { ...short, messages, max_tokens: 5 + (n % 20) }],
    ["responses", { ...short, input: "Say hello.", max_output_tokens: 16 }],
    ["messages", { ...short, messages, max_tokens: 20 }],
  ][n % 4 === 0 ? 1 : n % 5 === 0 ? 2 : 0] as [string, object];
  return new Promise((resolve) => {
    const outgoing = programRequest(life, path, JSON.stringify(body));
    outgoing.on("response", (incoming) => {
      incoming.resume();
      incoming.on("error", () => resolve());
      incoming.on("close", () => resolve());
    });
    outgoing.on("error", () => resolve());
  });
}

/** What the database holds, and what counts against the owner's ceiling. */
async function look(runs: readonly RunId[] | null) {
  const opened = await openStore(databaseUrl, createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  const store = opened.value;
  const ids = runs ?? (await store.runs.list(ownerId, 1_000)).map(({ id }) => id);
  const rows = (await Promise.all(ids.map((id) => store.calls.list(ownerId, id)))).flat();
  const held = await store.calls.heldSince(ownerId, 0);
  await store.close();
  return { rows, held };
}

const priceOf = (row: ListedCall): string => `${row.state} ${row.costText} ${row.costPicoUsd}`;
const isSettled = ({ state }: Pick<ListedCall, "state">): boolean => state === "done" || state === "failed";

test(
  `F2 ${kills} kills at any step lose no settled call and price none twice`,
  { timeout: 600_000 },
  async () => {
    const next = numbers(20_261_124);
    const settled = new Map<string, string>();
    /** Everything that is settled stands as it was settled first. */
    const check = (rows: readonly ListedCall[], told: readonly Told[]): void => {
      const now = new Map<string, string>(rows.map((row) => [row.id, priceOf(row)]));
      for (const [id, price] of settled) expect([id, now.get(id)]).toEqual([id, price]);
      const written = new Map<string, ListedCall>(rows.map((row) => [row.id, row]));
      for (const one of told.filter(isSettled)) {
        const row = written.get(one.id);
        expect([one.id, row?.state]).toEqual([one.id, one.state]);
        expect(row?.costPicoUsd ?? null).toBe(one.costUsd === null ? null : picoUsd(one.costUsd));
      }
      for (const row of rows.filter(isSettled)) settled.set(row.id, priceOf(row));
    };

    for (let kill = 0; kill < kills; kill += 1) {
      const life = await live();
      const asked = Array.from({ length: callsAtOnce }, (_, i) => ask(life, kill * callsAtOnce + i));
      // Each call is announced three times: open, streaming, and at its end.
      await life.said(1 + next(callsAtOnce * 3 - 1));
      for (let turn = next(200); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
      life.process.kill("SIGKILL");
      await life.exited;
      await Promise.all(asked);
      const { rows } = await look(null);
      check(rows, life.told);
    }

    const last = await live();
    await expect
      .poll(
        async () =>
          (await look(null)).rows.filter((row) => row.state === "unknown" && row.generationId !== null),
        {
          timeout: 60_000,
          interval: 100,
        },
      )
      .toEqual([]);
    last.process.kill("SIGKILL");
    await last.exited;
    const { rows, held } = await look(null);
    check(rows, []);

    const client = createClient({ target: { origin: upstream }, simulated: false });
    const priced = rows.filter(({ costPicoUsd }) => costPicoUsd !== null);
    for (const row of priced) {
      const told = await client.generation(key, row.generationId ?? "");
      expect([row.generationId, told.ok ? picoUsd(told.value.costText) : null]).toEqual([
        row.generationId,
        row.costPicoUsd,
      ]);
    }
    expect(new Set(priced.map(({ generationId }) => generationId)).size).toBe(priced.length);
    const unknown = rows.filter(({ state }) => state === "unknown");
    const sum = (amounts: readonly (bigint | null)[]): bigint =>
      amounts.reduce<bigint>((all, one) => all + (one ?? 0n), 0n);
    expect(held).toBe(
      sum(priced.map(({ costPicoUsd }) => costPicoUsd)) +
        sum(unknown.map(({ reservedPicoUsd }) => reservedPicoUsd)),
    );
    expect(rows.length).toBeGreaterThan(kills);
    expect(priced.length).toBeGreaterThan(kills / 2);
  },
);
