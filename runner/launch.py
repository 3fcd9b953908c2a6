"""One sandbox's beginning: its pipes, its unprivileged user, and the step from a child of ours into bwrap."""

import fcntl
import os
import signal

from kernel import die_with_parent, keep_no_capabilities
from watch import Sample

# Where bwrap and the interpreter find what (server/sandbox/bwrap-arguments.ts, runner/site/sitecustomize.py); 0-2 are the
# program's own.
JOB, SECCOMP, INFO, ARGS, NOTES = 3, 4, 5, 6, 7
# (name towards Node, number inside, whether the sandbox writes)
PIPES = (("stdin", 0, False), ("stdout", 1, True), ("stderr", 2, True), ("job", JOB, False), ("notes", NOTES, True))
# Programs give way to the server that must answer, stop and bill them.
NICENESS = 5
LAST_WORDS = 4096


class Sandbox:
    """One bwrap with everything in it, from its order to the last process's end."""

    def __init__(self, order):
        self.id = order["id"]
        self.uid = order["uid"]
        self.memory_bytes = order["memoryBytes"]
        self.pid = 0
        self.init = None  # bwrap's process 1 inside, by its host number
        self.init_handle = None  # the same as a pidfd: numbers are used again
        self.info = b""
        self.info_fd = None
        self.status = None
        self.init_gone = False
        self.runs = False  # before that its root is still the host's, and nothing of the user's is in it
        self.out_of_memory = False
        self.sample = Sample()
        self.cpu_ms = 0.0
        self.peak_bytes = 0

    def count(self, usage):
        """What the kernel accounts for a process that was waited for, with all that it had waited for itself."""
        self.cpu_ms += (usage.ru_utime + usage.ru_stime) * 1000
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * 1024)


def launch(sandbox, bwrap, seccomp, args, command):
    """Starts bwrap and returns our ends of the pipes by name; raises OSError when there is no room for it."""
    ours, theirs = {}, {}
    try:
        for name, place, writes in PIPES:
            reader, writer = os.pipe()
            theirs[place], ours[name] = (writer, reader) if writes else (reader, writer)
            if sandbox.uid is not None:
                os.fchown(reader, sandbox.uid, sandbox.uid)  # or the program could not open /dev/stdout
        ours["info"], theirs[INFO] = os.pipe()
        theirs[ARGS] = _in_memory(b"".join(os.fsencode(arg) + b"\0" for arg in args))
        theirs[SECCOMP] = _in_memory(seccomp)
        parent = os.getpid()
        sandbox.pid = os.fork()
        if sandbox.pid == 0:
            _become_bwrap(sandbox.uid, parent, theirs, [bwrap, "--args", str(ARGS), "--", *command])
    except OSError:
        close_all(ours.values())
        close_all(theirs.values())
        raise
    # Node opens our ends through /proc; until it has, the reader of its input must be kept too.
    ours["input reader"] = theirs.pop(0)
    close_all(theirs.values())
    return ours


def close_all(descriptors):
    for fd in descriptors:
        os.close(fd)


def _become_bwrap(uid, parent, theirs, command):
    """In the child: never returns."""
    try:
        lifted = {place: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for place, fd in theirs.items()}
        for place, fd in lifted.items():
            os.dup2(fd, place)
        for number in range(1, signal.NSIG):
            if signal.getsignal(number) not in (signal.SIG_DFL, None):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.umask(0o022)
        os.nice(NICENESS)
        os.chdir("/")
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        if os.getuid() == 0:
            raise PermissionError("a sandbox is never started as the host's root")
        keep_no_capabilities()
        die_with_parent(parent)  # after the change of user, which would take it back
        os.execve(command[0], ["bwrap", *command[1:]], {})
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process must end here and say so
        os.write(theirs[2], f"spawner: {error}".encode("utf-8", "replace")[:LAST_WORDS])
    finally:
        os._exit(127)


def _in_memory(content):
    fd = os.memfd_create("order")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
