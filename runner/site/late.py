"""Lets us look at a module as soon as it has been loaded, whenever that is, at no cost before."""

import sys

_FROZEN = "<frozen importlib._bootstrap_external>"


def when_loaded(names, look):
    """Calls look() after each of these modules has been loaded, until it says that it has seen enough. Its frames, should a
    module's own error be raised through them, are taken out of tracebacks by Python as the importer's own are."""
    import _frozen_importlib_external as external

    finder = external.PathFinder
    kept = finder.__dict__["find_spec"]

    def find_spec(cls, fullname, path=None, target=None):
        spec = kept.__func__(cls, fullname, path, target)
        if fullname in names and spec is not None and isinstance(spec.loader, external.SourceFileLoader):
            loader = spec.loader

            def exec_module(module):
                del loader.exec_module
                loader.exec_module(module)
                if look():
                    finder.find_spec = kept

            _look_like_importer(exec_module)
            loader.exec_module = exec_module
        return spec

    _look_like_importer(find_spec)
    finder.find_spec = classmethod(find_spec)


def _look_like_importer(function):
    function.__module__ = "importlib._bootstrap_external"
    function.__code__ = function.__code__.replace(co_filename=_FROZEN)
