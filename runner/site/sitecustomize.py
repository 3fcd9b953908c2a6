"""Waits inside interpreter start-up for a job, makes the process ready for it, and leaves no trace.

Runs in the sandbox as the interpreter's `sitecustomize`, so CPython opens /project/<file> natively afterwards and the
program is what `python3 -u file.py` would be. Input: descriptor 3, the message of server/sandbox/job-message.ts.
Output: one letter per happening on the notes pipe (server/sandbox/notes.ts), and the marks that tell both streams' order
(server/sandbox/stream-order.ts).
"""

import io
import os
import sys

JOB, NOTES = 3, 7
# High numbers, so that the program's first open file is 3 as it would be elsewhere.
OWN_NOTES, OWN_OUT, OWN_ERR = 1021, 1022, 1023
BROKEN = 70


def become_the_program():
    groups = receive()
    if len(groups) != 5:
        os._exit(BROKEN)  # the server went away before it had sent a whole job
    (mark,), arguments, environment, files, limits = groups
    had = set(sys.modules)
    notes_place = place_of(NOTES)
    try:
        write_files(files)
        set_limits(limits)
        arrange_descriptors()
        for name, value in pairs(environment):
            os.environb[name] = value
        words = [os.fsdecode(argument) for argument in arguments]
        sys.argv[1:] = words
        sys.orig_argv += words
        note = make_note(notes_place)
        announce_input(note)
        mark_order(mark)
        tell_the_end(note)
        remove_traces(had)
    except BaseException as error:  # noqa: BLE001 - nothing may run half prepared
        target = OWN_NOTES if place_of(OWN_NOTES) == notes_place else NOTES
        os.write(target, b"F" + str(error).encode("utf-8", "backslashreplace")[:1000])
        os._exit(BROKEN)
    note(b"R")


# --- the job ----------------------------------------------------------------------------------------------------------


def receive():
    """The five groups of byte strings; fewer when the message is cut short."""
    parts = []
    while part := os.read(JOB, 1 << 16):
        parts.append(part)
    whole, at = b"".join(parts), 0

    def number():
        nonlocal at
        at += 4
        return int.from_bytes(whole[at - 4 : at], "little")

    def text():
        nonlocal at
        length = number()
        at += length
        return whole[at - length : at]

    return [[text() for _ in range(number())] for _ in range(number())]


def pairs(flat):
    return zip(flat[::2], flat[1::2])


def write_files(files):
    for path, content in pairs(files):
        place = b"/project/" + path
        os.makedirs(os.path.dirname(place), exist_ok=True)
        fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        write_all(fd, content)
        os.close(fd)


def set_limits(limits):
    import resource

    for name, value in pairs(limits):
        kind = getattr(resource, "RLIMIT_" + name.decode())
        hard = resource.getrlimit(kind)[1]
        amount = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(kind, (amount, amount))


def arrange_descriptors():
    for kept, original in ((OWN_NOTES, NOTES), (OWN_OUT, 1), (OWN_ERR, 2)):
        os.dup2(original, kept, inheritable=False)
    os.closerange(3, OWN_NOTES)
    os.set_blocking(OWN_NOTES, False)  # a note may be lost, the program may never be held up by one


def remove_traces(had):
    for name in set(sys.modules) - had:
        del sys.modules[name]
    os.environ.pop("OPENROUTER_IDE_JOB", None)
    own = os.path.dirname(__file__)
    if os.environ.get("PYTHONPATH") == own:
        del os.environ["PYTHONPATH"]
    sys.path[:] = [entry for entry in sys.path if entry != own]
    sys.path_importer_cache.pop(own, None)
    del sys.modules["sitecustomize"]


# --- what stays with the program --------------------------------------------------------------------------------------


def place_of(fd):
    """Which file a descriptor stands for: the program may put another in its place at any time."""
    try:
        found = os.fstat(fd)
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def write_all(fd, content):
    view = memoryview(content)
    while len(view) > 0:
        view = view[os.write(fd, view) :]


def make_note(notes_place):
    def note(letter):
        if place_of(OWN_NOTES) == notes_place:
            try:
                os.write(OWN_NOTES, letter)
            except OSError:
                pass  # full: see arrange_descriptors

    return note


def announce_input(note):
    """Says when the program waits on its standard input, and when it no longer does."""
    import select

    stdin_place = place_of(0)

    def would_wait():
        if place_of(0) != stdin_place:
            return False
        poll = select.poll()
        poll.register(0, select.POLLIN)
        return not poll.poll(0)

    class FileIO(io.FileIO):
        def readinto(self, buffer):
            if not would_wait():
                return super().readinto(buffer)
            note(b"W")
            try:
                return super().readinto(buffer)
            finally:
                note(b"w")

        def read(self, size=-1):
            if size is None or size < 0:
                return self.readall()
            buffer = bytearray(size)
            count = self.readinto(buffer)
            return None if count is None else bytes(buffer[:count])

        def readall(self):
            parts = []
            while part := self.read(1 << 16):
                parts.append(part)
            return b"".join(parts)

    look_like_cpython(FileIO, would_wait, note)
    raw = FileIO(0, "rb", closefd=False)
    buffered = io.BufferedReader(raw, max(os.fstat(0).st_blksize, 1))
    sys.stdin = sys.__stdin__ = replace(sys.stdin, raw, buffered, None)


def mark_order(mark):
    """What Python writes to standard error is framed, and its place marked on standard output."""
    out_place, err_place = place_of(1), place_of(2)
    count = iter(range(1, 1 << 60)).__next__

    class FileIO(io.FileIO):
        def write(self, data):
            size = memoryview(data).nbytes
            is_ours = place_of(2) == place_of(OWN_ERR) == err_place and place_of(OWN_OUT) == out_place
            if size == 0 or not is_ours:
                return super().write(data)
            name = mark + b"%d.%d" % (os.getpid(), count())
            # Our copies are written to, not 1 and 2: another thread may redirect those in between.
            write_all(OWN_OUT, name + b";")
            write_all(OWN_ERR, b"".join((name, b":%d;" % size, data)))
            return size

    look_like_cpython(FileIO)
    raw = FileIO(2, "wb", closefd=False)
    sys.stderr = sys.__stderr__ = replace(sys.stderr, raw, raw, "\n")


def replace(old, raw, buffer, newline):
    """The text stream `old` over another buffer."""
    raw.name = old.name
    new = io.TextIOWrapper(
        buffer,
        old.encoding,
        old.errors,
        newline=newline,
        line_buffering=old.line_buffering,
        write_through=old.write_through,
    )
    new.mode = old.mode
    return new


def look_like_cpython(cls, *functions):
    """Should one of these frames stand in a traceback (Ctrl+C in input()), it looks as CPython's own do."""
    cls.__module__ = "_io"
    for function in [place_of, write_all, *functions, *vars(cls).values()]:
        if hasattr(function, "__code__"):
            function.__code__ = function.__code__.replace(co_filename="<frozen io>")


def tell_the_end(note):
    """A real exit code above 128 is told apart from a signal by this: signals leave no note."""
    import atexit

    started_as = os.getpid()

    def end():
        if os.getpid() == started_as:
            # CPython kills itself by SIGINT after an unhandled KeyboardInterrupt.
            note(b"K" if getattr(sys, "last_type", None) is KeyboardInterrupt else b"E")

    atexit.register(end)


if "OPENROUTER_IDE_JOB" in os.environ:
    become_the_program()

# The one that this module stands in front of: Debian's, or a virtual environment's. Python's `site` takes it quietly
# when there is none.
import sitecustomize  # noqa: E402, F401
