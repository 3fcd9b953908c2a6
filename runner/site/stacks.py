"""Finds which lines of the user's own files led to where a program is now: through threads, tasks and executors, without holding
or changing anything of the program's."""

import os
import sys

from _weakref import ref

# Kept in step with contract/limits.ts (sourcePlaces).
MOST_PLACES = 16
_OWN = ("/project/", "/tmp/", "/dev/shm/")
_PACKAGES = ("/site-packages/", "/dist-packages/")
# Below these frames begins what somebody else asked for: a loop's tasks, an executor's work, a thread's. By file and name.
_BEGINNINGS = {
    ("asyncio/events.py", "_run"): "loop",
    ("asyncio/runners.py", "run"): "loop",
    ("concurrent/futures/thread.py", "run"): "self",
    ("threading.py", "run"): "self",
}
_MOST_ORIGINS, _MOST_MARKED = 10_000, 10_000


class Stacks:
    def __init__(self):
        self.own = {}  # by file name: whether it is the user's
        self.origins = {}  # by id: (weak reference, places)
        self.marked = {}  # by a frame's id: its number
        self.count = 0
        prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix}
        self.elsewhere = tuple(prefix + "/" for prefix in prefixes)
        self.library = os.path.dirname(os.__file__) + "/"

    def is_own(self, file):
        known = self.own.get(file)
        if known is None:
            # A path that is not whole is told from where the program looked.
            known = file.startswith(_OWN) or (file.endswith(".py") and file[0] not in "/<")
            known = known and not file.startswith(self.elsewhere) and not any(part in file for part in _PACKAGES)
            self.own[file] = known
        return known

    def at(self, frame):
        """(places, innermost first; the number of the library's call that the innermost place waits for, 0 for none)"""
        places, called, before = [], None, None
        while frame is not None and len(places) < MOST_PLACES:
            code = frame.f_code
            if self.is_own(code.co_filename):
                if not places and called is None:
                    called = before
                if frame.f_lineno is not None:
                    places.append((code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name)))
            elif not places and called is None and code.co_filename.startswith(self.library):
                kind = _BEGINNINGS.get((code.co_filename[len(self.library) :], code.co_name))
                if kind is not None:
                    called = before
                    asked = frame.f_locals.get("self") if kind == "self" else _current_coroutine()
                    origin = self.origins.get(id(asked))
                    if origin is not None and origin[0]() is asked:
                        places = list(origin[1])
                        break
            before, frame = frame, frame.f_back
        return places, self.number_of(called)

    def number_of(self, frame):
        """The same for as long as this very call goes on. A mark in the frame tells: its address alone may be another's by now."""
        if frame is None or frame.f_trace is not None:
            return 0
        number = self.marked.get(id(frame)) if frame.f_trace_opcodes else None
        if number is None:
            if len(self.marked) >= _MOST_MARKED:
                self.marked.clear()
            self.count += 1
            number = self.marked[id(frame)] = self.count
            frame.f_trace_opcodes = True  # without effect where no tracer is
        return number

    def note_origin(self, thing, frame):
        """Where somebody asked for what `thing` (a coroutine, a thread, an executor's work) will do."""
        name = id(thing)
        known = self.origins.get(name)
        if known is not None and known[0]() is thing:
            return
        code = getattr(thing, "cr_code", None)
        if code is not None and self.is_own(code.co_filename):
            return  # it will have a line of its own
        places, _ = self.at(frame)
        if not places or len(self.origins) >= _MOST_ORIGINS:
            return
        try:
            self.origins[name] = (ref(thing, _forgetter(self.origins, name)), tuple(places))
        except TypeError:
            return  # it can't be told when it is gone


def _forgetter(known, name):
    from _functools import partial

    return partial(known.pop, name)


def _current_coroutine():
    tasks = sys.modules.get("asyncio.tasks")
    events = sys.modules.get("asyncio.events")
    if tasks is None or events is None or events._get_running_loop() is None:
        return None
    task = tasks.current_task()
    return task.get_coro() if task is not None else None
