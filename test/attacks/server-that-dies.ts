/** A server reduced to its sandbox: starts a program that would live for ever, says so, and waits to be killed. */
import { makeTestSandbox, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const sandbox = await makeTestSandbox();
const program = `
import os, subprocess, time
subprocess.Popen(["sleep", "100000"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: time.sleep(100000)
    os._exit(0)
print("ready")
time.sleep(100000)`;
const runs = await Promise.all([startProgram(sandbox, program), startProgram(sandbox, program)]);
await Promise.all(runs.map((run) => run.saw("ready")));
process.stdout.write("ready\n");
