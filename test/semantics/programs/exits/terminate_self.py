# A program that nobody taught otherwise ends by SIGTERM, without its exit handlers.
import atexit
import os
import signal
import time

atexit.register(print, "never")
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(60)
