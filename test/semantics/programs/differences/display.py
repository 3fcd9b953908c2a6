# A built-in function more, as in a notebook.
import builtins

print(hasattr(builtins, "display"), sorted(set(dir(builtins)) - {"display"})[:3])
