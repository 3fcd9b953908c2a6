"""Loaded at the start of Python processes that a program starts (by what server/sandbox/runtime-directory.ts adds to Debian's
sitecustomize.py): they tell who sends requests as the program itself does (sources.py), into the same pipe, and show no more of it."""

import os
import stat
import sys

had = set(sys.modules)

import sources  # noqa: E402 - what comes with it is taken out of sight again
from streams import place_of  # noqa: E402


class ChildsTeller(sources.Teller):
    """Opens the pipe, which nobody handed to it, when there is something to tell."""

    def tell(self, kind, fields, places):
        if self.place is None:
            self.open()
        super().tell(kind, fields, places)

    def open(self):
        try:
            fd = os.open(f"/proc/{sources.PROGRAM}/fd/{self.fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return  # the program has closed it, or has become another one
        if stat.S_ISFIFO(os.fstat(fd).st_mode) and place_of(self.fd) is None:
            os.dup2(fd, self.fd, inheritable=False)
            self.place = place_of(self.fd)
        os.close(fd)


ChildsTeller(sources.OWN_SOURCES).watch()
for name in set(sys.modules) - had:
    del sys.modules[name]
sys.path_importer_cache.pop(os.path.dirname(__file__), None)
