"""Finds out what memory a program writes to in any case, once for each zygote, so that each owns that from its first moment, and no more.

What is rehearsed is a whole run, of a program of ours, forked from what runs are forked from, in namespaces of its own and with
nobody's descriptors. A process of ours plays the spawner (runner/run.py) and looks from outside at what the run has copied. Should
it go wrong, or take too long, runs do without.
"""

import _signal
import _socket
import array
import os
import select
import struct
import sys

import init
import linux
import pages

# The first order goes first, if it comes soon.
_QUIET_MS = 50
# It is done within hundredths of a second, where a processor is free for it.
_MOST_S = 30
_MEMORY, _PROCESSES, _MARK = 1 << 40, 64, bytes(16)
_NICENESS = 19
_WHOLE = "end"


class Rehearsal:
    """`written`: what programs write to, in the shape of `pages.own`; None: not known, or not yet. Of the few pages that process 1
    writes to, many are shared with the program's beginning: to own them ahead costs it more than it saves."""

    def __init__(self, names, modules, seccomp):
        """`names`: of a run's descriptors. `modules`: what programs import."""
        self.names, self.modules, self.seccomp = names, modules, seccomp
        self.written = None
        self.is_due, self.had_order = True, False
        self.told, self.parts = None, []

    def meanwhile(self, control):
        """Until an order is there to be read; once nothing more is to be found out, at once. Returns True in the process of the
        rehearsed program only."""
        if self.is_due and (self.had_order or not self.ready([control.fileno()], _QUIET_MS)):
            self.is_due = False
            if self.begin(control):
                return True
        self.had_order = True
        while self.told is not None:
            ready = self.ready([control.fileno(), self.told], None)
            if self.told in ready:
                self.take()
            if control.fileno() in ready:
                break
        return False

    def ready(self, descriptors, most_ms):
        poll = select.poll()
        for fd in descriptors:
            poll.register(fd, select.POLLIN)
        return [fd for fd, _ in poll.poll(most_ms)]

    def begin(self, control):
        told, writer = os.pipe()
        try:
            director = os.fork()
        except OSError:  # no room for it
            os.close(told)
            os.close(writer)
            return False
        if director > 0:
            self.told = told
            os.close(writer)
            return False
        try:
            control.close()
            os.close(told)
            _signal.alarm(_MOST_S)
            os.nice(_NICENESS)
            found = perform(self.names, self.modules, self.seccomp, writer)
            if found is None:
                return True
            with open(writer, "w") as file:
                file.write(" ".join([*(f"{start}:{size}" for start, size in found), _WHOLE]))
        except BaseException as error:  # noqa: BLE001 - whatever it is, this process must end here and say so
            os.write(2, f"rehearsal: {error}\n".encode("utf-8", "replace"))
        os._exit(0)

    def take(self):
        """What can be read of the result."""
        part = os.read(self.told, 1 << 16)
        if part != b"":
            self.parts.append(part)
            return
        os.close(self.told)
        self.told = None
        *found, last = b"".join(self.parts).decode().split(" ")
        if last == _WHOLE:
            self.written = pages.prepared([tuple(map(int, one.split(":"))) for one in found])


# --- in a process of its own ------------------------------------------------------------------------------------------


def perform(names, modules, seccomp, told):
    """(address, bytes) each; None in the program's process. Raises OSError. `told`: not for the run to have."""
    life, other = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    life.setsockopt(_socket.SOL_SOCKET, _socket.SO_PASSCRED, 1)
    ours, theirs = {}, {"life": other.fileno()}
    for name in names[1:]:
        reader, writer = os.pipe()
        theirs[name], ours[name] = (reader, writer) if name in ("stdin", "job") else (writer, reader)
    shared = pages.writable()
    if linux.fork_into(linux.RUNS_OWN) == 0:
        linux.die_with_parent()
        for fd in (told, life.detach(), *ours.values()):
            os.close(fd)
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        other.detach()
        init.begin(theirs, _MARK, _MEMORY, _PROCESSES, seccomp, False, None)
        linux.pause_at_end()
        return None
    for name in names[1:]:
        os.close(theirs[name])
    fill(ours["stdin"])
    hear(life, b"here")
    life.send(b"go")
    program = hear(life, b"program")
    os.write(ours["job"], job(modules))
    os.close(ours["job"])
    wait_for_end(ours["stdin"])
    return pages.joined(pages.copied(pages.map_of(program), shared))


def hear(life, wanted):
    """The sender's process number. What it hands over is closed."""
    word, ancillary, _, _ = life.recvmsg(2048, _socket.CMSG_SPACE(16) + _socket.CMSG_SPACE(struct.calcsize("iii")))
    sender = 0
    for level, kind, content in ancillary:
        if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_CREDENTIALS):
            sender = struct.unpack_from("iii", content)[0]
        elif (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
            for fd in array.array("i", content[: len(content) - len(content) % 4]):
                os.close(fd)
    if word != wanted:
        raise OSError(word.decode("utf-8", "replace") or "the run has ended")
    return sender


def fill(pipe):
    """To the brim, so that it tells when somebody reads: see `wait_for_end`."""
    os.set_blocking(pipe, False)
    try:
        while True:
            os.write(pipe, bytes(4096))
    except BlockingIOError:
        return


def wait_for_end(pipe):
    """Until the interpreter is at its end and waits there: linux.pause_at_end."""
    poll = select.poll()
    poll.register(pipe, select.POLLOUT)
    poll.poll()


def job(modules):
    """As server/sandbox/job-message.ts makes them: a program that imports and prints."""
    name = os.path.basename(sys.orig_argv[-1])
    text = "\n".join((*(f"import {module}" for module in modules), "print('rehearsed')"))
    groups = ([], ["LANGUAGE", "en"], [name, text], ["0"] * 5)
    number = struct.Struct("<I").pack
    message = number(len(groups))
    for group in groups:
        message += number(len(group))
        for word in map(os.fsencode, group):
            message += number(len(word)) + word
    return message
