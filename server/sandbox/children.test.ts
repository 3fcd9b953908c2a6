/** How the runner finds a process's children, so that none outlives its sandbox unseen. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

/** A parent whose children end at once, with some between them that stay, looked at from outside. */
const looks = `
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import watch

def parent_of_many(tell):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    steady = []
    while True:
        for _ in range(20):
            if os.fork() == 0:
                os._exit(0)
        if len(steady) == 20:
            continue
        pid = os.fork()
        if pid == 0:
            os.close(tell)
            signal.pause()
        steady.append(pid)
        if len(steady) == 20:
            os.write(tell, " ".join(map(str, steady)).encode())

reader, tell = os.pipe()
parent = os.fork()
if parent == 0:
    parent_of_many(tell)
steady = {int(pid) for pid in os.read(reader, 4096).split()}
try:
    print(sum(not steady <= set(watch.every_child_of(parent)) for _ in range(100)))
finally:
    for pid in (parent, *steady):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(parent, 0)
`;

test("none is left out while others come and end", () => {
  const runner = join(import.meta.dirname, "../../runner");
  const printed = execFileSync("/usr/bin/python3", ["-I", "-c", looks, runner], { encoding: "utf8" });
  expect(printed).toBe("0\n");
});
