# Which modules are loaded before the first line.
import sys

modules = sorted(sys.modules)
import json

print(json.dumps(modules))
