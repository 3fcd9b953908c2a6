# subprocess in its usual forms.
import os
import subprocess
import sys

print(subprocess.run(["echo", "out"], capture_output=True))
print(subprocess.run("echo $0; echo err >&2; exit 3", shell=True, capture_output=True, text=True))
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as error:
    print(error)
try:
    subprocess.run(["sleep", "600"], timeout=0.01)
except subprocess.TimeoutExpired as error:
    print(error.cmd, str(error)[:35])
try:
    subprocess.run(["no-such-program"])
except FileNotFoundError as error:
    print(error)
first = subprocess.Popen(["printf", "b\\na\\n"], stdout=subprocess.PIPE)
print(subprocess.check_output(["sort"], stdin=first.stdout))
print(first.wait(), subprocess.Popen(["sh", "-c", "kill -9 $$"]).wait())
print(os.system("echo by system; exit 2") >> 8, os.popen("echo by popen").read())
subprocess.run([sys.executable, "-c", "raise ValueError('of a child')"])
