# Modules may be changed and loaded again, made, found and run.
import importlib
import importlib.util
import pathlib
import runpy
import sys

sys.dont_write_bytecode = True
pathlib.Path("fresh.py").write_text("value = 1\nprint('loaded', __name__)\n")
importlib.invalidate_caches()
import fresh

pathlib.Path("fresh.py").write_text("value = 22\nprint('loaded', __name__)\n")
print(importlib.reload(fresh).value)
print(sorted(name for name in runpy.run_path("fresh.py", run_name="as_path") if not name.startswith("__")))
runpy.run_module("fresh", run_name="__main__", alter_sys=True)
spec = importlib.util.spec_from_file_location("other", "fresh.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module, importlib.util.find_spec("missing"), importlib.util.find_spec("fresh").origin)
import missing
