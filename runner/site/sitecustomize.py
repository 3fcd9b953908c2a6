"""Waits inside interpreter start-up for a job, makes the process ready for it, and leaves no trace.

Runs in the sandbox as the interpreter's `sitecustomize`, so CPython opens /project/<file> natively afterwards and the
program is what `python3 -u file.py` would be. Input: descriptor 3, the message of server/sandbox/job-message.ts.
Output: one letter per happening on the notes pipe (server/sandbox/notes.ts).
"""

import os
import sys


def _become_the_program():
    mark = os.environ.pop("OPENROUTER_IDE_JOB", None)
    if mark is None:
        return
    job, notes = 3, 7
    # High numbers, so that the program's first open file is 3 as it would be elsewhere.
    own_notes, own_out, own_err = 1021, 1022, 1023

    def write_all(fd, content):
        view = memoryview(content)
        while len(view) > 0:
            view = view[os.write(fd, view) :]

    def receive():
        parts = []
        while part := os.read(job, 1 << 16):
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

    def write_files(pairs):
        for path, content in zip(pairs[::2], pairs[1::2]):
            place = b"/project/" + path
            os.makedirs(os.path.dirname(place), exist_ok=True)
            fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
            write_all(fd, content)
            os.close(fd)

    def set_limits(pairs):
        import resource

        for name, value in zip(pairs[::2], pairs[1::2]):
            kind = getattr(resource, "RLIMIT_" + name.decode())
            hard = resource.getrlimit(kind)[1]
            amount = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
            resource.setrlimit(kind, (amount, amount))

    def arrange_descriptors():
        for kept, original in ((own_notes, notes), (own_out, 1), (own_err, 2)):
            os.dup2(original, kept, inheritable=False)
        os.closerange(3, own_notes)
        os.set_blocking(own_notes, False)  # a note may be lost, the program may never be held up by one

    def place_of(fd):
        try:
            found = os.fstat(fd)
        except OSError:
            return None
        return (found.st_dev, found.st_ino)

    def note(letter):
        if place_of(own_notes) == notes_place:
            try:
                os.write(own_notes, letter)
            except OSError:
                pass  # full or closed: see arrange_descriptors

    def unnamed(cls):
        """Should one of these frames stand in a traceback (Ctrl+C in input()), it looks as CPython's own do."""
        for function in [place_of, write_all, note, *vars(cls).values()]:
            if hasattr(function, "__code__"):
                function.__code__ = function.__code__.replace(co_filename="<frozen io>")
        return cls

    def announce_input():
        import io
        import select

        stdin_place = place_of(0)

        @unnamed
        class FileIO(io.FileIO):
            __module__ = "_io"

            def readinto(self, buffer):
                waits = place_of(0) == stdin_place and not is_ready()
                if not waits:
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

        def is_ready():
            poll = select.poll()
            poll.register(0, select.POLLIN)
            return bool(poll.poll(0))

        old = sys.stdin
        raw = FileIO(0, "rb", closefd=False)
        raw.name = old.name
        new = io.TextIOWrapper(
            io.BufferedReader(raw, max(os.fstat(0).st_blksize, 1)),
            old.encoding,
            old.errors,
            line_buffering=old.line_buffering,
            write_through=old.write_through,
        )
        new.mode = old.mode
        sys.stdin = sys.__stdin__ = new

    def mark_order(nonce):
        import io

        out_place, err_place = place_of(1), place_of(2)
        count = iter(range(1, 1 << 60)).__next__

        @unnamed
        class FileIO(io.FileIO):
            __module__ = "_io"

            def write(self, data):
                size = memoryview(data).nbytes
                if (
                    size == 0
                    or place_of(2) != err_place
                    or place_of(own_err) != err_place
                    or place_of(own_out) != out_place
                ):
                    return super().write(data)
                name = nonce + b"%d.%d" % (os.getpid(), count())
                # The copies are written to, not 1 and 2: another thread may redirect those in between.
                write_all(own_out, name + b";")
                write_all(own_err, b"".join((name, b":%d;" % size, data)))
                return size

        old = sys.stderr
        raw = FileIO(2, "wb", closefd=False)
        raw.name = old.name
        new = io.TextIOWrapper(
            raw,
            old.encoding,
            old.errors,
            newline="\n",
            line_buffering=old.line_buffering,
            write_through=old.write_through,
        )
        new.mode = old.mode
        sys.stderr = sys.__stderr__ = new

    def tell_the_end():
        """A real exit code above 128 is told apart from a signal by this: signals leave no note."""
        import atexit

        started_as = os.getpid()

        def end():
            if os.getpid() == started_as:
                # CPython kills itself by SIGINT after an unhandled KeyboardInterrupt.
                note(b"K" if getattr(sys, "last_type", None) is KeyboardInterrupt else b"E")

        atexit.register(end)

    groups = receive()
    if len(groups) != 5:
        os._exit(70)  # the server went away before it had sent a whole job
    (nonce,), arguments, environment, files, limits = groups
    had = set(sys.modules)
    notes_place = place_of(notes)
    try:
        write_files(files)
        set_limits(limits)
        arrange_descriptors()
        os.environ.pop("PYTHONPATH", None)
        for name, value in zip(environment[::2], environment[1::2]):
            os.environb[name] = value
        words = [os.fsdecode(argument) for argument in arguments]
        sys.argv[1:] = words
        sys.orig_argv += words
        announce_input()
        mark_order(nonce)
        tell_the_end()
        for name in set(sys.modules) - had:
            del sys.modules[name]
        own = os.path.dirname(__file__)
        sys.path[:] = [entry for entry in sys.path if entry != own]
        sys.path_importer_cache.pop(own, None)
        del sys.modules["sitecustomize"]
    except BaseException as error:  # noqa: BLE001 - nothing may run half prepared
        target = own_notes if place_of(own_notes) == notes_place else notes
        os.write(target, b"F" + str(error).encode("utf-8", "backslashreplace")[:1000])
        os._exit(70)
    note(b"R")


_become_the_program()
del _become_the_program

# The one that this module stands in front of: Debian's, or a virtual environment's. Python's `site` takes it quietly
# when there is none.
import sitecustomize  # noqa: E402, F401
