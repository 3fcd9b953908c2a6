# The module that a program is has CPython's own attributes, and no other.
import __main__

for name, value in sorted(vars(__main__).items()):
    shown = type(value).__name__ if name in ("__loader__", "__builtins__", "__main__") else repr(value)
    print(name, shown)
print(__loader__.path, __loader__.name, __loader__.is_package("__main__"))
print(__main__ is __import__("sys").modules["__main__"])
