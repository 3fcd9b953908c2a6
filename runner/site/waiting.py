"""Waits inside interpreter start-up with a program's imports loaded, and forks for each run; it never runs a line of a user's.

Where nothing inside bubblewrap may make namespaces it is single-use: process 1 of namespaces that bubblewrap made, which it stays
for its only run.

Orders come on descriptor 3 from runner/zygote.py and runner/run.py, one packet each:
    begin ⏎ seccomp program's path ⏎ modules, separated by blanks
    fork RUN MARK MEMORY PROCESSES       with the run's descriptors, in the order of `Ends`
Answers:
    ready ⏎ loaded top-level names ⏎ variables read while loading ⏎ resident bytes
    unsafe NAME REASON                   loading it had effects that a program would see; this zygote is of no use
    refused RUN REASON
"""

import _signal
import _socket
import array
import gc
import os
import sys

import init
import preload
import program
import rehearsal
from linux import RUNS_OWN, Filter, fork_into

CONTROL = 3
_ENDS = ("life", "stdin", "stdout", "stderr", "job", "notes", "results", "sources")


def wait_for_programs(had):
    """Returns in a program's process only, as soon as it is ready for the program's first line. `had`: the names of the modules
    that every interpreter has by then."""
    control = _socket.socket(fileno=CONTROL)
    is_single_use = os.environ["OPENROUTER_IDE_ZYGOTE"] == "single-use"
    _, path, wanted = control.recv(65536).decode().split("\n")
    with open(path, "rb") as file:
        seccomp = Filter(file.read())
    loaded = preload.load(wanted.split())
    if loaded.unsafe is not None:
        control.send(f"unsafe {loaded.unsafe} {loaded.reason}".encode()[:2000])
        os._exit(0)
    gc.collect()
    gc.freeze()  # or each fork would copy every page that the collector looks at
    program.prepare()
    names = sorted({name.partition(".")[0] for name in set(sys.modules) - had})
    control.send("\n".join(("ready", " ".join(names), " ".join(sorted(loaded.variables)), str(resident()))).encode())
    # Runs that have ended leave nothing here: the spawner knows of them by their own handle.
    if not is_single_use:
        _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    modules = [name for name in wanted.split() if name in sys.modules]
    rehearsed = rehearsal.Rehearsal(_ENDS, modules, seccomp)
    while True:
        if not is_single_use and rehearsed.meanwhile(control):
            return  # in the rehearsed program's process
        order, descriptors = receive(control)
        if order == "":
            os._exit(0)  # the spawner is gone; so is everything of ours in an instant
        _, run, mark, memory, processes = order.split()
        ends = dict(zip(_ENDS, descriptors))
        try:
            child = 0 if is_single_use else fork_into(RUNS_OWN)
        except OSError as error:
            control.send(f"refused {run} {error}".encode())
            child = -1
        if child == 0:
            control.close()
            _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
            init.begin(ends, bytes.fromhex(mark), int(memory), int(processes), seccomp, is_single_use, rehearsed)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def forget_own_modules(had):
    """What this supervisor needed is taken out of sight, so that a program's imports, early or not, load what they would have."""
    for name in set(sys.modules) - had - {"sitecustomize"}:
        del sys.modules[name]


def receive(control):
    size = array.array("i").itemsize
    packet, ancillary, _, _ = control.recvmsg(4096, _socket.CMSG_SPACE(len(_ENDS) * size))
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
            descriptors.frombytes(content[: len(content) - len(content) % size])
    return packet.decode(), list(descriptors)


def resident():
    """Bytes, those of pages that several have being shared out among them: once for each zygote, some milliseconds."""
    with open("/proc/self/smaps_rollup", "rb") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(b"Pss:"))
