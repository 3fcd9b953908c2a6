"""One run as the host sees it: its pipes, its process 1 and its program by handle, what it uses, and how it ended."""

import array
import os
import signal
import socket
import struct

from launch import close_all
from watch import Sample, in_files, sample

# (name towards Node, whether the sandbox writes), in the order of runner/site/waiting.py's ends; "life" comes before them.
PIPES = (
    ("stdin", False),
    ("stdout", True),
    ("stderr", True),
    ("job", False),
    ("notes", True),
    ("results", True),
    ("sources", True),
)
# Of a namespace that has a loopback only: runner/site/init.py.
LISTENERS = (("127.0.0.1", 443), ("0.0.0.0", 443))
_CREDENTIALS = struct.calcsize("iii")
_DESCRIPTORS = 4


class Run:
    def __init__(self, order, zygote):
        self.id = order["id"]
        self.zygote = zygote
        self.memory_bytes = order["memoryBytes"]
        self.processes = order["processes"]
        self.life = None
        self.kept = []  # until Node has opened what it needs of it
        self.init = self.program = None  # host process numbers
        self.init_handle = self.program_handle = None  # the same as pidfds: numbers are used again
        self.missed = []  # signals for the program that came before it was known
        self.roots = []  # of the file systems that it may write
        self.group = None
        self.runs = False  # before that nothing of the user's is in it
        self.killed = False
        self.out_of_memory = False
        self.sample = Sample()
        self.told, self.told_at = None, 0.0
        self.is_told = False  # that it has ended
        self.end = None  # what its process 1 told at the end

    def ask(self, mark):
        """Has the zygote fork; our ends of the pipes by name. Raises OSError when there is no room."""
        ours, theirs = {}, []
        self.life, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.append(other.detach())
        self.life.setblocking(False)
        self.life.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            for name, writes in PIPES:
                reader, writer = os.pipe()
                ours[name], end = (reader, writer) if writes else (writer, reader)
                theirs.append(end)
                if self.zygote.uid is not None:
                    os.fchown(reader, self.zygote.uid, self.zygote.uid)  # or it could not open /dev/stdout
            # A group counts what it refuses, and so the end can tell: it, and not the user's limit, is to be met first. Forks at the
            # same moment are counted before they are judged, each.
            most = self.processes if self.group is None else 2 * self.processes
            words = f"fork {self.id} {mark} {self.memory_bytes} {most}"
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", theirs))
            self.zygote.control.sendmsg([words.encode()], [rights])
        except OSError:
            close_all(ours.values())
            close_all(theirs)
            raise
        # Node opens our ends through /proc; until it has, the reader of its input must be kept too.
        kept_reader = theirs.pop(1)
        close_all(theirs)
        self.kept = [*ours.values(), kept_reader]
        return ours

    def hear(self):
        """(word, rest, sender's host process number, descriptors), with no word when nothing has come; None when the other side has
        ended."""
        space = socket.CMSG_SPACE(_DESCRIPTORS * 4) + socket.CMSG_SPACE(_CREDENTIALS)
        try:
            packet, ancillary, _, _ = self.life.recvmsg(2048, space)
        except BlockingIOError:
            return "", "", None, []  # the event was of a descriptor that had this number before
        except OSError:
            return None
        sender, descriptors = None, []
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                sender = struct.unpack_from("iii", content)[0]
            elif (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors = list(array.array("i", content[: len(content) - len(content) % 4]))
        if packet == b"":
            close_all(descriptors)
            return None
        word, _, rest = packet.decode("utf-8", "replace").partition(" ")
        return word, rest, sender, descriptors

    def take_here(self, sender, descriptors):
        """The network's listener, from the run's process 1 before anything of the user's is there. Raises OSError, ValueError."""
        if self.zygote.is_single_use:
            descriptors = [self.zygote.take_listener(), *descriptors]
        listener, *self.roots = descriptors
        for fd in descriptors:
            os.set_inheritable(fd, False)
        self.init, self.init_handle = sender, os.pidfd_open(sender)
        # Node may only ever be handed what it expects: see sandbox.md, 3.2.
        with socket.socket(fileno=os.dup(listener)) as opened:
            if opened.type != socket.SOCK_STREAM or opened.getsockname() not in LISTENERS:
                raise ValueError("that is no listener")
        return listener

    def let_begin(self):
        """Its process 1 goes through the group's doors by itself: to be moved would cost it, and us, milliseconds."""
        doors = self.group.doors() if self.group is not None else []
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", doors))] if doors else []
        try:
            self.life.sendmsg([b"go"], rights)
        except OSError:
            return  # it has just ended
        finally:
            close_all(doors)

    def used(self):
        try:
            return self.group.used() if self.group is not None else None
        except OSError:
            return None  # no descriptor for reading it

    def look(self):
        """What it uses now, from its group where there is one; its files are counted by themselves in any case."""
        used = self.used()
        if used is None or used.now_bytes is None or used.cpu_ms is None or used.pids is None:
            sample(self.init, self.roots, self.memory_bytes, self.sample)
        if used is not None:
            self.sample.take(used)
        self.sample.disk_bytes = in_files(self.roots)

    def take_program(self, sender):
        if self.program is None:
            self.program = sender
            try:
                self.program_handle = os.pidfd_open(sender)
            except ProcessLookupError:
                return  # it has ended already
            for number in self.missed:
                self.signal_program(number)

    def say(self, words):
        try:
            self.life.send(words.encode())
        except OSError:
            return  # it has just ended

    def signal_program(self, number):
        """Also when the program's own word of who it is has not been read yet."""
        if self.program is None:
            self.missed.append(number)
        else:
            _send_signal(self.program_handle, number)

    def outlive_nobody(self):
        """Its zygote has ended. In a process namespace of the zygote's this process 1 has died with it, and what it said of its end
        stands; where a weak bubblewrap made none, it would wait for ever."""
        if self.init_handle is not None:
            _send_signal(self.init_handle, signal.SIGKILL)

    def kill(self):
        self.killed = True
        _send_signal(self.init_handle, signal.SIGKILL)

    def report(self):
        """The whole of what Node is told at the end; figures are the larger of what was accounted and what was seen."""
        used = self.used()
        if used is not None:
            self.sample.take(used)
        seen, status, cpu_ms, peak, ended_at, full = self.sample, None, 0.0, 0, None, None
        if self.end is not None and not self.killed:
            words = self.end.split()
            status, cpu_ms, peak = int(words[0]), int(words[1]) / 1000, int(words[2]) * 1024
            ended_at, full = int(words[3]), None if words[4] == "-" else words[4]
        return {
            "event": "ended",
            "id": self.id,
            "exitCode": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
            "endedAtNs": None if ended_at is None else str(ended_at),
            "cpuMs": max(cpu_ms, seen.cpu_ms),
            "peakBytes": max(peak, seen.peak_bytes),
            "outOfMemory": self.out_of_memory or (used is not None and used.oom_kills > 0),
            "outOfProcesses": used is not None and used.pids_refused > 0,
            "fullDisk": full,
        }

    def taken(self):
        """Node has opened what it needs."""
        close_all(self.kept)
        self.kept = []

    def close(self):
        """All but what Node may be about to open by number: that may not become another run's first."""
        self.life.close()
        handles = [self.init_handle, self.program_handle]
        close_all([*self.roots, *(fd for fd in handles if fd is not None)])
        self.roots = []
        self.init_handle = self.program_handle = None


def _send_signal(handle, number):
    if handle is None:
        return
    try:
        signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return  # it has just ended
