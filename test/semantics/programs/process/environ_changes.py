# What a program sets or deletes, its children see; what it deletes is gone.
import os
import subprocess
import sys

os.environ["ADDED"] = "ünï"
del os.environ["TERM"]
os.environ.pop("LANG")
os.unsetenv("COLORTERM")
os.environb[b"RAW"] = b"\xff"
child = "import os; print([os.environ.get(n) for n in ('ADDED', 'TERM', 'COLORTERM')], os.environb[b'RAW'])"
print(subprocess.run([sys.executable, "-c", child], capture_output=True).stdout)
try:
    os.environ["TERM"]
except KeyError as error:
    print("KeyError", error)
print(subprocess.run([sys.executable, "-c", "import os; print(dict(os.environ))"], env={}, capture_output=True).stdout)
