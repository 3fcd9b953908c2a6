"""Says what an interpreter has: its installed distributions, and the names that can be imported. Nothing is imported for it.

Runs inside a sandbox, under the interpreter in question. Standard output: one JSON object (server/environments/describe.ts).
"""

import importlib.metadata
import json
import os
import sys

packages = {}
for found in importlib.metadata.distributions():
    name = found.metadata["Name"]
    # The first on the path is the one that is imported.
    if name and name not in packages:
        packages[name] = found.version

standard = set(sys.stdlib_module_names) | set(sys.builtin_module_names)
modules = set()
for place in sys.path[1:]:
    try:
        entries = list(os.scandir(place))
    except OSError:
        continue  # a path that is not there, or a zip file
    for entry in entries:
        name = entry.name.partition(".")[0]
        if name.isidentifier() and (entry.name.endswith((".py", ".so")) or ("." not in entry.name and entry.is_dir())):
            modules.add(name)

listed = [{"name": name, "version": packages[name]} for name in sorted(packages, key=str.lower)]
installed = sorted(modules - standard - {"__pycache__"})
print(json.dumps({"packages": listed, "modules": installed, "standard": sorted(standard)}))
