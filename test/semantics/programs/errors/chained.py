# Causes and contexts are told in their order.
def first():
    raise KeyError("first")


def second():
    try:
        first()
    except KeyError as error:
        raise ValueError("second") from error


def third():
    try:
        second()
    except ValueError:
        raise RuntimeError("third")


try:
    third()
except RuntimeError:
    try:
        raise LookupError("kept quiet") from None
    except LookupError as error:
        error.add_note("a note\nof two lines")
        raise error
