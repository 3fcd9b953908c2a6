/** Promises about whose CPU time counts. */
import { expect, test } from "vitest";
import { startLongLived } from "./long-lived.ts";
import { shuffled } from "./order.ts";
import { cpuMs, pssMb, treePids } from "./process-tree.ts";

const burn = "while time.process_time() < 0.2: pass";

/** The grandchild is an orphan from its start, works, and is gone when "done" is written. */
const orphaning = `
import os, time
done, tell = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        ${burn}
        os._exit(0)
    os._exit(0)
os.wait()
os.close(tell)
os.read(done, 1)
print("done", flush=True)
time.sleep(60)
`;

test("what an orphan used counts although its parent and it are gone, and the memory of what lives", async () => {
  await using started = await startLongLived(["/usr/bin/python3", "-c", orphaning], {}, (text) =>
    text.includes("done"),
  );
  // Of its 200 ms the clock, which ticks every 10 ms, may lose some in each process.
  expect(cpuMs(started.pid)).toBeGreaterThanOrEqual(150);
  expect(treePids(started.pid).length).toBeGreaterThanOrEqual(2);
  expect(pssMb(started.pid)).toBeGreaterThan(1);
});

test("a command that ends before it is ready is told with what it wrote", async () => {
  const ended = startLongLived(["/bin/sh", "-c", "echo no such thing; exit 3"], {}, () => false);
  await expect(ended).rejects.toThrow("no such thing");
});

test("each round has an order of its own, of the same targets, and always the same one", () => {
  const names = ["a", "b", "c", "d", "e"];
  const orders = Array.from({ length: 20 }, (_, round) => shuffled(names, round).join(""));
  expect(orders.map((order) => order.split("").sort().join(""))).toEqual(orders.map(() => "abcde"));
  expect(new Set(orders).size).toBeGreaterThan(10);
  expect(shuffled(names, 7).join("")).toBe(orders[7]);
});
