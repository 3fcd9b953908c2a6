from . import value

seen = value.upper()
