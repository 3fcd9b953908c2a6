# The environment is the one that is promised, and nothing of ours is in it.
import os
import subprocess

for name, value in sorted(os.environ.items()):
    print(name, "=", value)
print(sorted(subprocess.check_output(["env"], text=True).splitlines()))
