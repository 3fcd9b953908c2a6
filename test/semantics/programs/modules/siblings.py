# Files and packages beside the program are imported, once, with their names and paths.
import sys

import helper
import package.inner
from package import value

print(helper.__file__, helper.__name__, helper.__spec__.origin, helper.__package__ == "")
print(package.inner.__file__, package.inner.seen, value, package.__path__)
print("helper" in sys.modules, [name for name in sys.modules if name.startswith("package")])
print(open("data/numbers.txt").read())
