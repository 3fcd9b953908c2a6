# A child reads what its parent has not.
import subprocess
import sys

subprocess.run([sys.executable, "-c", "print('child got', input())"])
subprocess.run(["cat"])
