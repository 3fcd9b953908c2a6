# Modules are looked for where bare Python looks, in its order.
import sys

print(*sys.path, sep="\n")
print([getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path])
print([getattr(hook, "__qualname__", hook) for hook in sys.path_hooks])
print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.platlibdir, sys.executable, sys._base_executable)
