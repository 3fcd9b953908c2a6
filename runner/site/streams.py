"""The program's standard streams: as CPython makes them, and besides prompt, in true order, and telling when input is awaited."""

import _thread
import atexit
import io
import os
import select
import sys
import time

# An unflushed print is seen after this long; output in bulk goes at the pipe's own speed.
_FLUSH_S = 0.004


def take_over(mark, note, is_terminal, unbuffered, out, err):
    """`unbuffered`: whatever is written is on its way before the next statement, as with `python -u`; else within milliseconds.
    `out` and `err` are our own copies of the descriptors."""
    _announce_input(note, is_terminal)
    if is_terminal or unbuffered:
        _renew_output(is_terminal, unbuffered)
    flush = _no_flush if unbuffered else _Flusher(sys.stdout).flush
    _mark_errors(mark, flush, is_terminal, out, err)


def make_note(own_notes):
    place = place_of(own_notes)

    def note(text):
        if place_of(own_notes) == place:
            try:
                os.write(own_notes, text)
            except OSError:
                pass  # full: a note may be lost, the program may never be held up by one

    return note


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


# --- input ------------------------------------------------------------------------------------------------------------


def _announce_input(note, is_terminal):
    """Says when the program waits on its standard input, and when it no longer does."""
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

    _look_like_cpython(FileIO, would_wait, note)
    raw = FileIO(0, "rb", closefd=False)
    buffered = io.BufferedReader(raw, max(os.fstat(0).st_blksize, 1))
    sys.stdin = sys.__stdin__ = _over(sys.stdin, raw, buffered, None, is_terminal, not is_terminal)


# --- output -----------------------------------------------------------------------------------------------------------


def _renew_output(is_terminal, unbuffered):
    """The interpreter made its own for a pipe, with a buffer."""
    raw = io.FileIO(1, "wb", closefd=False)
    if unbuffered and not is_terminal:
        sys.stdout = sys.__stdout__ = _over(sys.stdout, raw, raw, "\n", False, True)
        return
    buffered = io.BufferedWriter(raw, io.DEFAULT_BUFFER_SIZE)
    sys.stdout = sys.__stdout__ = _over(sys.stdout, raw, buffered, "\n", unbuffered, False)


def _no_flush():
    return None


class _Flusher:
    """A thread that flushes what a program printed and did not flush. Alone while a process forks or ends: a thread then would be
    in the way of both."""

    def __init__(self, stream):
        self.stream = stream
        self.runs = False
        self.done = _thread.allocate_lock()
        atexit.register(self.stop)
        os.register_at_fork(before=self.stop, after_in_parent=self.start, after_in_child=self.start)
        self.start()

    def start(self):
        self.runs = True
        self.done = _thread.allocate_lock()
        self.done.acquire()
        try:
            _thread.start_new_thread(self.work, (self.done,))
        except RuntimeError:
            self.runs = False  # as many threads as there may be: it is flushed as it would be elsewhere
            self.done.release()

    def stop(self):
        if self.runs:
            self.runs = False
            self.done.acquire()
        self.flush()

    def work(self, done):
        sleep, flush = time.sleep, self.stream.flush
        try:
            while self.runs:
                sleep(_FLUSH_S)
                flush()
        except (ValueError, OSError):
            pass  # the program closed its output, or its reader is gone: the program will meet that itself
        finally:
            done.release()

    def flush(self):
        try:
            self.stream.flush()
        except (ValueError, OSError):
            pass  # as above


def _mark_errors(mark, flush, is_terminal, out, err):
    """What Python writes to standard error has its place in the order of both streams marked. On pipes: a mark on standard output,
    and a frame of the same name on standard error. On a terminal, where both are one: a mark before it and one after."""
    out_place, err_place = place_of(1), place_of(2)
    count = iter(range(1, 1 << 60)).__next__

    class FileIO(io.FileIO):
        def write(self, data):
            size = memoryview(data).nbytes
            is_ours = place_of(2) == place_of(err) == err_place and place_of(out) == out_place
            if size == 0 or not is_ours:
                return super().write(data)
            flush()
            # Our copies are written to, not 1 and 2: another thread may redirect those in between.
            if is_terminal:
                write_all(err, b"".join((mark, b"e;", data, mark, b"o;")))
                return size
            name = mark + b"%d.%d" % (os.getpid(), count())
            write_all(out, name + b";")
            write_all(err, b"".join((name, b":%d;" % size, data)))
            return size

    _look_like_cpython(FileIO)
    raw = FileIO(2, "wb", closefd=False)
    sys.stderr = sys.__stderr__ = _over(sys.stderr, raw, raw, "\n", is_terminal, True)


def _over(old, raw, buffer, newline, line_buffering, write_through):
    """The text stream `old` over another buffer."""
    raw.name = old.name
    new = io.TextIOWrapper(
        buffer, old.encoding, old.errors, newline=newline, line_buffering=line_buffering, write_through=write_through
    )
    new.mode = old.mode
    return new


def _look_like_cpython(cls, *functions):
    """Should one of these frames stand in a traceback (Ctrl+C in input()), it looks as CPython's own do."""
    cls.__module__ = "_io"
    for function in [place_of, write_all, *functions, *vars(cls).values()]:
        if isinstance(function, type(place_of)):
            function.__code__ = function.__code__.replace(co_filename="<frozen io>")
