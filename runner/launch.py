"""A zygote's beginning: its unprivileged user, and the step from a child of ours into bwrap."""

import fcntl
import os
import signal
import socket

from kernel import become_user, die_with_parent

# Where bwrap and the interpreter find what (server/sandbox/bwrap-arguments.ts, runner/site/waiting.py).
CONTROL, SECCOMP, ARGS = 3, 4, 5
# Programs give way to the server that must answer, stop and bill them.
NICENESS = 5
_LAST_WORDS = 4096


def launch(bwrap, seccomp, uid, args, command):
    """Starts bwrap: (process number, our end of its control, reader of what it says). Raises OSError when there is no room."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    opened = [theirs.detach()]
    try:
        words, said = os.pipe()
        opened.append(said)
        nothing, end = os.pipe()
        os.close(end)
        opened.append(nothing)
        opened += [_in_memory(seccomp), _in_memory(b"".join(os.fsencode(arg) + b"\0" for arg in args))]
        places = {0: nothing, 1: said, 2: said, CONTROL: opened[0], SECCOMP: opened[3], ARGS: opened[4]}
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_bwrap(uid, parent, places, [bwrap, "--args", str(ARGS), "--", *command])
    except OSError:
        ours.close()
        raise
    finally:
        close_all(opened)
    os.set_blocking(words, False)
    return pid, ours, words


def close_all(descriptors):
    for fd in descriptors:
        os.close(fd)


def _become_bwrap(uid, parent, places, command):
    """In the child: never returns."""
    try:
        lifted = {place: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for place, fd in places.items()}
        for place, fd in lifted.items():
            os.dup2(fd, place)
        for number in range(1, signal.NSIG):
            if signal.getsignal(number) not in (signal.SIG_DFL, None):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.umask(0o022)
        os.nice(NICENESS)
        os.chdir("/")
        become_user(uid)
        die_with_parent(parent)  # after the change of user, which would take it back
        os.execve(command[0], ["bwrap", *command[1:]], {})
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process must end here and say so
        os.write(2, f"spawner: {error}".encode("utf-8", "replace")[:_LAST_WORDS])
    finally:
        os._exit(127)


def _in_memory(content):
    fd = os.memfd_create("order")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
