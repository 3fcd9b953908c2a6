# Ends of children are announced, and children inherit what is ignored.
import os
import signal
import subprocess

came = []
signal.signal(signal.SIGCHLD, lambda *_: came.append("SIGCHLD"))
subprocess.run(["true"])
print(came)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.run(["sh", "-c", "kill -TERM $$; echo survived"], capture_output=True))
print(subprocess.run(["sh", "-c", "kill -PIPE $$; echo survived"], capture_output=True))
