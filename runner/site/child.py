"""Loaded at the start of Python processes that a program starts, by what server/sandbox/runtime-directory.ts adds to Debian's
sitecustomize.py. Until one of them could send a request, or start another, it costs next to nothing."""

import sys

had = set(sys.modules)

from _functools import partial  # noqa: E402 - what comes with these is taken out of sight again
import late  # noqa: E402

_SITE = __file__.rpartition("/")[0]
# As sources.py has them, which is not to be loaded for nothing.
_EVENT, _FIRST = "openrouter_ide", frozenset(("ssl", "subprocess", "multiprocessing.util"))


def hook(event, args):
    if event == _EVENT and args[0] == "load" and waiting:
        begin()


def begin():
    """Within an audit, so no tracer of the program's meets it."""
    waiting.clear()
    stop()
    before = set(sys.modules)
    sys.path.insert(0, _SITE)
    import child_teller

    sys.path.remove(_SITE)
    child_teller.ChildsTeller(child_teller.sources.OWN_SOURCES).watch()
    forget(before)


def forget(before):
    for name in set(sys.modules) - before:
        del sys.modules[name]
    sys.path_importer_cache.pop(_SITE, None)


waiting = [True]
add = partial(next, map(sys.addaudithook, iter([hook])), None)
stop = late.when_loaded(_FIRST, frozenset(), (add, partial(sys.audit, _EVENT, "load", None)))
forget(had)
