# A file that has a standard module's name stands in its place.
import json
import random
import sys

print(random.__file__, random.choice, json.loads, json.__file__)
import tempfile

print(tempfile.gettempdir is not None)
print("never" if hasattr(sys.modules["random"], "Random") else "own random")
