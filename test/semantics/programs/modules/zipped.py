# Modules may come out of an archive; resources and metadata are found.
import importlib.metadata
import importlib.resources
import sys
import zipfile

with zipfile.ZipFile("bundle.zip", "w") as archive:
    archive.writestr("zipped/__init__.py", "def fail(): raise ValueError('in zip')\n")
    archive.writestr("zipped/data.txt", "resource")
sys.path.insert(0, "bundle.zip")
import zipped

print(zipped.__file__, importlib.resources.read_text(zipped, "data.txt"))
print(importlib.metadata.version("requests"), len(list(importlib.metadata.distributions())))
zipped.fail()
