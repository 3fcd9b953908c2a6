/** A server reduced to its sandbox, with programs always starting, running and ending; says a line at each step, until it is killed. */
import { makeTestSandbox, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const say = (step: string): boolean => process.stdout.write(`${step}\n`);

/** A daemon, an orphan, a socket and files: what could be left. */
const untidy = `
import os, socket, subprocess, sys
subprocess.Popen(["sleep", "100000"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execvp("sleep", ["sleep", "100000"])
    os._exit(0)
s = socket.socket(socket.AF_UNIX); s.bind("\\0left"); s.listen()
open("/tmp/left", "w").write("x" * 100000)
print("runs")
sys.stdin.read()`;

const sandbox = await makeTestSandbox();
say("sandbox");
sandbox.prepare({
  owner: "ann",
  python: null,
  fileName: "main.py",
  source: untidy,
  files: [],
});

async function lane(number: number): Promise<never> {
  for (let round = 0; ; round += 1) {
    say("starts");
    const run = await startProgram(sandbox, untidy, { owner: number < 2 ? "ann" : "bob", input: true });
    say("started");
    await run.saw("runs");
    say("runs");
    if (round % 2 === 0) run.job.closeInput();
    else run.job.kill();
    say("ends");
    await run.ran;
    say("ended");
  }
}
await Promise.all([0, 1, 2].map(lane));
