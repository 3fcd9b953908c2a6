# So are those that other modules hold.
import atexit
import json
import sys
import types


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self, write=sys.stdout.write):
        write(f"destroyed {self.name}\n")


json.held = Loud("in json")
own = types.ModuleType("own")
sys.modules["own"] = own
own.held = Loud("in a module of its own")
sys.held = Loud("in sys")
atexit.register(print, "atexit comes before")
