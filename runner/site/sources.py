"""Tells the server which line of the program sends a request, just before it is sent, on a pipe of its own. What is sent stays as
it is, and so does how the program's libraries look (splice.py). What can't be told is left untold.

One report is at most PIPE_BUF bytes: "OL", its kind (s: a request is sent; p: a process is started), the length of what follows
(16 bits, little-endian), and fields that end with NUL each. See server/sandbox/source-reports.ts.
"""

import os
import struct
import sys
import time

import binascii
import late
import stacks
from _functools import partial
from _weakref import ref
from splice import splice
from streams import place_of

# The program's own number (init.py), and its descriptor for this.
PROGRAM, OWN_SOURCES = 10, 1019
_SITE = os.path.dirname(__file__) + "/"
_PIECE, _HEAD = 4096, 5
_EVENT = "openrouter_ide"
# Where Python's libraries come by when they send, when somebody asks for what is done elsewhere, and when they start a process: by
# module, functions and their own names of what they do it with. The first of each is there in every Python.
_SENDS = {"ssl": {"SSLSocket.send": ("self", "data"), "SSLSocket.write": ("self", "data"), "SSLObject.write": ("self", "data")}}
_ASKS = {
    "asyncio.base_events": {"BaseEventLoop.create_task": ("coro",)},
    # For loops that are not Python's own.
    "asyncio.tasks": {
        "create_task": ("coro",),
        "ensure_future": ("coro_or_future",),
        "_ensure_future": ("coro_or_future",),
    },
    "concurrent.futures.thread": {"_WorkItem.__init__": ("self",)},
    "threading": {"Thread.start": ("self",)},
}
_STARTS = {"subprocess": {"_cleanup": ()}, "multiprocessing.util": {"spawnv_passfds": ("args",)}}
_EVENTS = frozenset((_EVENT, "os.system", "os.posix_spawn", "os.exec"))
# Of one write; more are no requests of anybody's.
_LOOKED_AT, _MOST_LINES, _LINE = 1 << 16, 16, 200
# Kept in step with contract/limits.ts (sourceFileLength, sourceFunctionLength).
_FILE, _FUNCTION = 300, 120
_COMMAND = 1000


def _find(module, path):
    found = module
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, type(_find)) else None


class Teller:
    def __init__(self, own_sources):
        self.fd, self.place = own_sources, None  # the pipe itself comes with the run
        self.stacks = stacks.Stacks()
        self.connections = {}  # by id: (weak reference, [requests so far])
        self.encoded = {}
        self.stop = _nothing
        # A hook for audits, since nothing that traces or profiles the program sees those. Each of Python's own events costs a
        # little more with it, so it is the first of our own that adds it.
        self.add = partial(next, map(sys.addaudithook, iter([self.hook])), None)
        kinds = {"send": _SENDS, "ask": _ASKS, "start": _STARTS}
        self.waiting = {name: (what, functions) for what, kind in kinds.items() for name, functions in kind.items()}

    def watch(self):
        """In the zygote: what is loaded, and what will be."""
        self.look()
        if self.waiting:
            first = frozenset((*_SENDS, *_STARTS))
            others = frozenset(self.waiting) - first
            self.stop = late.when_loaded(first, others, (self.add, partial(sys.audit, _EVENT, "load", None)))

    def begin(self, starts_processes):
        """`starts_processes`: the program's text speaks of it, so each start is told, from the first on."""
        self.place = place_of(self.fd)
        if starts_processes:
            self.add()

    def look(self):
        """Of tasks and threads nothing needs to be known where nobody can send."""
        for name in list(self.waiting):
            module = sys.modules.get(name)
            if module is None or (name in _ASKS and "ssl" not in sys.modules):
                continue
            what, functions = self.waiting[name]
            found = [(_find(module, path), names) for path, names in functions.items()]
            if found[0][0] is None:
                continue  # it is being loaded
            del self.waiting[name]
            for function, names in found:
                if function is not None:
                    splice(function, partial(sys.audit, _EVENT, what), self.add, names)
        if not self.waiting:
            self.stop()

    def hook(self, event, args):
        if event not in _EVENTS:
            return
        try:
            if event == _EVENT:
                self.happened(sys._getframe(1), *args)
            else:
                command = ["sh", "-c", args[0]] if event == "os.system" else args[1]
                self.starts(sys._getframe(1), command, False, event == "os.exec")
        except Exception as error:
            # Only what is not ours goes on: the program's own signal handlers may run, and raise, anywhere.
            where = error.__traceback__
            while where.tb_next is not None:
                where = where.tb_next
            if not where.tb_frame.f_code.co_filename.startswith(_SITE):
                raise

    def happened(self, frame, what, _, *things):
        if what == "send":
            self.sends(frame, *things)
        elif what == "ask":
            self.stacks.note_origin(things[0], frame)
        elif what == "load":
            self.look()
        elif things:
            self.starts(frame, things[0], False, False)
        else:
            made = frame.f_back.f_locals  # subprocess.Popen's
            self.starts(frame, made.get("args"), made.get("shell"), False)

    # --- requests -----------------------------------------------------------------------------------------------------

    def sends(self, frame, connection, data):
        lines = request_lines(data)
        inner = getattr(connection, "_sslobj", None)
        if not lines or inner is None:
            return
        # What both ends of a TLS connection have in common and no other has; nothing before its handshake is done.
        binding = inner.get_channel_binding("tls-unique")
        if binding is None:
            return
        number = self.requests_on(connection)
        first, number[0] = number[0] + 1, number[0] + len(lines)
        places, call = self.stacks.at(frame)
        pid = os.getpid()
        fields = [binding.hex(), str(first), str(pid), f"{pid}.{call}" if call else "", str(len(lines)), *lines]
        self.tell(b"s", [field.encode("latin-1") if isinstance(field, str) else field for field in fields], places)

    def requests_on(self, connection):
        name = id(connection)
        known = self.connections.get(name)
        if known is None or known[0]() is not connection:
            known = self.connections[name] = (ref(connection, partial(self.connections.pop, name)), [0])
        return known[1]

    # --- processes ----------------------------------------------------------------------------------------------------

    def starts(self, frame, command, shell, itself):
        places, _ = self.stacks.at(frame)
        if not places:
            return
        words = [command] if isinstance(command, (str, bytes)) or hasattr(command, "__fspath__") else list(command)
        text = b"".join(os.fsencode(word) + b"\0" for word in ([b"/bin/sh", b"-c", *words] if shell else words))
        started = b"%d" % (time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000)
        self.tell(b"p", [b"%d" % os.getpid(), b"%d" % itself, b"%08x" % binascii.crc32(text[:_COMMAND]), started], places)

    # --- the pipe -----------------------------------------------------------------------------------------------------

    def tell(self, kind, fields, places):
        if self.place is None or place_of(self.fd) != self.place:
            return  # the program put something else there: nothing of this is any of its readers' business
        payload = b"".join(field + b"\0" for field in fields)
        for place in places:
            more = self.encode(place)
            if len(payload) + len(more) > _PIECE - _HEAD:
                break
            payload += more
        if len(payload) > _PIECE - _HEAD:
            return
        try:
            os.write(self.fd, b"OL" + kind + struct.pack("<H", len(payload)) + payload)
        except (BlockingIOError, BrokenPipeError):
            pass  # full, or nobody reads: a report may be lost, the program may never be held up by one

    def encode(self, place):
        known = self.encoded.get(place)
        if known is None:
            file, line, function = place
            file = file[9:] if file.startswith("/project/") else file
            words = (file[-_FILE:], str(line), function[:_FUNCTION])
            known = b"".join(word.replace("\0", "").encode("utf-8", "backslashreplace") + b"\0" for word in words)
            if len(self.encoded) < 10_000:
                self.encoded[place] = known
        return known


def _nothing():
    return None


def request_lines(data):
    """The lines in a write that begin a request of HTTP, each cut to the length that is compared. One that follows a body begins
    where that ends, in the middle of a line."""
    text, lines, at = bytes(memoryview(data)[:_LOOKED_AT]), [], 0
    while len(lines) < _MOST_LINES:
        mark = text.find(b" HTTP/1.", at)
        end = text.find(b"\n", mark)
        if mark < 0 or end < 0:
            break
        target = text.rfind(b" ", at, mark)
        start = target
        while start > at and 65 <= text[start - 1] <= 90:
            start -= 1
        line = text[start:end].rstrip(b"\r") if at <= start < target else b""
        if len(line) == mark - start + 9:
            lines.append(line[:_LINE])
        at = end + 1
    return lines
