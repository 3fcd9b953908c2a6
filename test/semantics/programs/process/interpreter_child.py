# A child interpreter is an ordinary one: same paths, no trace of how its parent was started.
import subprocess
import sys

code = "import sys, os; print(sys.argv, sys.path, sys.flags.isolated, sorted(k for k in os.environ if k.startswith('PYTHON')))"
print(subprocess.run([sys.executable, "-c", code, "x"], capture_output=True, text=True))
print(subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True))
print(subprocess.run([sys.executable, "-m", "this_is_no_module"], capture_output=True, text=True))
print(subprocess.run([sys.executable, "-"], input="print(__name__)", capture_output=True, text=True))
modules = "import sys; print(sorted(sys.modules))"
print(subprocess.run([sys.executable, "-c", modules], capture_output=True, text=True).stdout)
