# Exceptions whose text can't be had, with surrogates, of several lines, or without any.
import traceback


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")


for error in (Mute(), ValueError("\udcff lone"), KeyError("a\nb"), AssertionError(), OSError(5, "I/O", "f", None, "g")):
    try:
        raise error
    except Exception:
        traceback.print_exc()
raise Mute
