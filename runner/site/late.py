"""Lets us look at a module as soon as it has been loaded, whenever that is, at no cost before."""

import sys

_FROZEN = "<frozen importlib._bootstrap_external>"


def when_loaded(first, others, calls):
    """After each of the modules `first` has been loaded, and of the `others` once one of those is there, makes these calls, which
    are of C. Returns a function that ends it. The two frames look like the importer's own, which Python leaves out of tracebacks."""
    import _frozen_importlib_external as external

    finder = external.PathFinder
    kept = finder.__dict__["find_spec"]

    def find_spec(cls, fullname, path=None, target=None):
        spec = kept.__func__(cls, fullname, path, target)
        is_wanted = fullname in first or (fullname in others and not first.isdisjoint(sys.modules))
        if is_wanted and spec is not None and isinstance(spec.loader, external.SourceFileLoader):
            loader = spec.loader

            def exec_module(module):
                del loader.exec_module
                loader.exec_module(module)
                for call in calls:
                    call()

            exec_module.__code__ = exec_module.__code__.replace(co_filename=_FROZEN)
            loader.exec_module = exec_module
        return spec

    def stop():
        finder.find_spec = kept

    find_spec.__code__ = find_spec.__code__.replace(co_filename=_FROZEN)
    find_spec.__module__ = "importlib._bootstrap_external"
    finder.find_spec = classmethod(find_spec)
    return stop
