"""The program's standard streams: as CPython makes them, and besides prompt, in true order, and telling when input is awaited."""

import _thread
import atexit
import io
import os
import select
import sys

# So many writes go out one by one, as with `python -u`. A program that writes more is given a buffer, and a thread that empties it
# this often: an unflushed print is seen as soon, and output in bulk goes at the pipe's own speed.
_WRITES_AT_ONCE, _FLUSH_S, _BUFFER_BYTES = 64, 0.004, 65536


class Streams:
    """`out` and `err` are our own copies of the descriptors. Made while the job is waited for, for pipes, which most programs have;
    `settle` says what is so once the job is known."""

    def __init__(self, mark, note, out, err):
        self.mark, self.note, self.out, self.err = mark, note, out, err
        self.flush = _no_flush
        _announce_input(note, None)
        _mark_errors(mark, self._flush_first, False, out, err)

    def settle(self, is_terminal, unbuffered, before_each_prompt):
        """`unbuffered`: whatever is written is on its way before the next statement, as with `python -u`; else within
        milliseconds."""
        if is_terminal:
            _announce_input(self.note, before_each_prompt)
            _mark_errors(self.mark, self._flush_first, True, self.out, self.err)
        flushers = _renew_output(is_terminal, unbuffered)
        self.flush = lambda: flushers and flushers[0].flush()

    def _flush_first(self):
        self.flush()


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


def _announce_input(note, before_each_prompt):
    """Says when the program waits on its standard input, and when it no longer does: that a line was typed for input() on a terminal is
    seen by who passes it on (server/sandbox/running-job.ts). `before_each_prompt`: linux.py's, which child processes do without; None for
    pipes."""
    stdin_place = place_of(0)
    is_terminal = before_each_prompt is not None

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
    if is_terminal:
        before_each_prompt(lambda: would_wait() and note(b"W"))
    raw = FileIO(0, "rb", closefd=False)
    buffered = io.BufferedReader(raw, max(os.fstat(0).st_blksize, 1))
    sys.stdin = sys.__stdin__ = _over(sys.stdin, raw, buffered, None, is_terminal, not is_terminal)


# --- output -----------------------------------------------------------------------------------------------------------


def _renew_output(is_terminal, unbuffered):
    """Returns a list that will hold the flusher, should there be one."""
    flushers = []
    raw = io.FileIO(1, "wb", closefd=False)
    if unbuffered and not is_terminal:
        sys.stdout = sys.__stdout__ = _over(sys.stdout, raw, raw, "\n", False, True)
        return flushers

    class BufferedWriter(io.BufferedWriter):
        left = _WRITES_AT_ONCE

        def write(self, data):
            written = super().write(data)
            if self.left > 0 and os.getpid() == started_as:
                super().flush()
                self.left -= 1
                if self.left == 0:
                    flushers.append(_Flusher(sys.__stdout__))
            elif self.left != 0:
                super().flush()
            return written

    started_as = os.getpid()
    _look_like_cpython(BufferedWriter)
    buffered = (io.BufferedWriter if unbuffered else BufferedWriter)(raw, _BUFFER_BYTES)
    sys.stdout = sys.__stdout__ = _over(sys.stdout, raw, buffered, "\n", is_terminal, not unbuffered)
    return flushers


def _no_flush():
    return None


class _Flusher:
    """A thread that flushes what a program printed and did not flush. Alone while a process forks or ends: a thread then would be
    in the way of both."""

    def __init__(self, stream):
        self.stream = stream
        self.runs = False
        atexit.register(self.stop)
        os.register_at_fork(before=self.stop, after_in_parent=self.start, after_in_child=self.start)
        self.start()

    def start(self):
        self.runs = True
        # Both are held: the thread waits for one, and gives the other back when it is done.
        self.wake, self.done = _thread.allocate_lock(), _thread.allocate_lock()
        self.wake.acquire()
        self.done.acquire()
        try:
            _thread.start_new_thread(self.work, (self.wake, self.done))
        except RuntimeError:
            self.runs = False  # as many threads as there may be: it is flushed as it would be elsewhere

    def stop(self):
        if self.runs:
            self.runs = False
            self.wake.release()
            self.done.acquire()
        self.flush()

    def work(self, wake, done):
        try:
            # Not where it is decided: that is in the middle of a write.
            self.stream.reconfigure(line_buffering=False, write_through=False)
            while not wake.acquire(timeout=_FLUSH_S):
                self.stream.flush()
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
