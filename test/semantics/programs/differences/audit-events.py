# Events of a name that Python itself does not have, and the reading of a library's text.
import sys

seen = set()
sys.addaudithook(lambda event, args: seen.add(event))
import subprocess

subprocess.run(["true"])
print("openrouter_ide" in seen, "subprocess.Popen" in seen)
