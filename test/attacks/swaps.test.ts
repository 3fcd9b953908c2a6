/** Directories, files and links are swapped for each other without end while what a run made is collected (A55). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { processesBelow } from "./host-processes.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

/** So many swaps have been made before the program ends, and those who make them are never told to stop. */
const swaps = 10_000;

/**
 * RENAME_EXCHANGE has neither name missing at any moment. Each child is a session leader of its own and deaf to every signal that
 * can be ignored; the threads go on while the interpreter ends.
 */
const swapping = `
import ctypes, mmap, os, signal, threading
libc = ctypes.CDLL(None)
def place(name, text):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w") as file: file.write(text)
pairs = []
for number, target in enumerate(("/etc", "/", "/proc/1", "/proc/self/root", "/run/site", "..")):
    place(f"d{number}/kept", "ours")
    os.symlink(target, f"l{number}")
    pairs.append((f"d{number}", f"l{number}"))
for number, target in enumerate(("/etc/passwd", "/proc/self/mem", "/proc/1/environ", "/run/site/init.py", "/dev/zero")):
    place(f"in/f{number}", "ours")
    os.symlink(target, f"in/s{number}")
    pairs.append((f"in/f{number}", f"in/s{number}"))
os.link("in/f0", "in/hard")
for one, other in (*pairs, *pairs): assert libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2) == 0
made = mmap.mmap(-1, 8 * 16)
def swap(who):
    count = 0
    while True:
        for one, other in pairs:
            libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2)
        count += len(pairs)
        made[8 * who : 8 * who + 8] = count.to_bytes(8, "little")
for who in range(6):
    if os.fork() == 0:
        os.setsid()
        with open("/proc/self/comm", "w") as name: name.write("swapper")
        for each in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(each, signal.SIG_IGN)
        swap(who)
for who in range(6, 8): threading.Thread(target=swap, args=(who,), daemon=True).start()
while sum(int.from_bytes(made[8 * who : 8 * who + 8], "little") for who in range(8)) < ${swaps}: os.sched_yield()
print("swapped", flush=True)`;

test(`A55 ${swaps} swaps and on: what comes out is what the program wrote, and nobody is left who could swap meanwhile`, async () => {
  for (let round = 0; round < 5; round += 1) {
    const ran = await runProgram(sandbox, `${swapping}\nos._exit(0)`);
    expect(ran).toMatchObject({ stdout: "swapped\n", stderr: "", end: { exitCode: 0 } });
    // Whichever name each has at the end: a file of the program's is there once, and nothing that a link leads to.
    const files = ran.results.map(({ name, bytes }) => [name, bytes && Buffer.from(bytes).toString()]);
    expect(files.filter(([, text]) => text !== "ours")).toEqual([]);
    const names = files.map(([name]) => name);
    expect(names).toHaveLength(12);
    expect(names.filter((name) => !/^([dl]\d\/kept|in\/([fs]\d|hard))$/.test(name ?? ""))).toEqual([]);
  }
});

test("A55 once the end is told, no process of the program is there any more", async () => {
  const swappers = () => processesBelow(process.pid).filter(({ name }) => name === "swapper");
  const run = await startProgram(sandbox, `${swapping}\ninput()`, {
    input: true,
  });
  await run.saw("swapped");
  expect(swappers()).toHaveLength(6);
  run.job.closeInput();
  await run.ran;
  expect(swappers()).toEqual([]);
});
