"""`display(object)` and `plt.show()`: what a program shows comes out as a picture, as HTML or as text, in its place."""

import _thread
import binascii
import builtins
import io
import os
import sys

import results
from streams import place_of, write_all

# The richest first, as Jupyter's front ends choose; an object that has none is shown as text.
_WAYS = (
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_html_", "text/html"),
)
_BACKEND = "_openrouter_ide_figures"
_MOST = 64 << 20


def install(own_results, mark, own_out, draws):
    """`draws`: the program's text speaks of figures, so that it gets a backend for them."""
    results_place, out_place = place_of(own_results), place_of(own_out)
    lock = _thread.allocate_lock()

    def show(media_type, content, name=None):
        if place_of(own_results) != results_place:
            return  # the program put something else there: nothing of this is any of its readers' business
        with lock:
            if place_of(own_out) == out_place:
                sys.__stdout__.flush()
                write_all(own_out, mark + b"r%d.%d;" % (os.getpid(), results.upcoming()))
            if len(content) > _MOST:
                note = f"Not shown: more than {_MOST >> 20} MiB."
                results.send(own_results, "shown", media_type, name, None, len(content), note)
            else:
                results.send(own_results, "shown", media_type, name, content, len(content), None)

    def display(*objects):
        """Shows each object in the output: pictures and tables as such, anything else as text."""
        for one in objects:
            show(*represented(one))

    display.__module__ = "builtins"
    builtins.display = display
    _figures.show_picture = show
    if draws:
        announce_figures()


def represented(one):
    """(media type, bytes) by the protocol of IPython's rich display."""
    for method, media_type in _WAYS:
        make = getattr(one, method, None)
        made = make() if callable(make) and not isinstance(one, type) else None
        if isinstance(made, tuple):
            made = made[0]  # with metadata
        if isinstance(made, str):
            is_binary = media_type in ("image/png", "image/jpeg")
            return media_type, binascii.a2b_base64(made) if is_binary else made.encode("utf-8", "backslashreplace")
        if isinstance(made, bytes):
            return media_type, made
    if type(one).__module__.startswith("matplotlib.") and hasattr(one, "savefig"):
        return "image/png", _picture(one)
    return "text/plain", repr(one).encode("utf-8", "backslashreplace")


def _picture(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return file.getvalue()


class _Figures(type(sys)):
    """matplotlib's backend: drawing as agg does, showing as this page does. matplotlib is looked at when it asks for the backend,
    not before."""

    show_picture = None  # set when the program is known

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        from matplotlib.backends import backend_agg

        def show_all(*args, **kwargs):
            from matplotlib._pylab_helpers import Gcf

            for manager in Gcf.get_all_fig_managers():
                title = manager.canvas.figure.get_label() or None
                self.show_picture("image/png", _picture(manager.canvas.figure), title)
            Gcf.destroy_all()

        class FigureManager(backend_agg.FigureCanvasAgg.manager_class):
            pyplot_show = staticmethod(show_all)

        class FigureCanvas(backend_agg.FigureCanvasAgg):
            manager_class = FigureManager

        self.__dict__.update({"FigureCanvas": FigureCanvas, "FigureManager": FigureManager, "show": show_all})
        if name in self.__dict__:
            return self.__dict__[name]
        return getattr(backend_agg, name)


_figures = _Figures(_BACKEND)


def announce_figures():
    """matplotlib looks for its backend once, when it is loaded: before or after the fork."""
    os.environ.setdefault("MPLBACKEND", "module://" + _BACKEND)
    sys.modules[_BACKEND] = _figures
