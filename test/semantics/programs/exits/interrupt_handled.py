# One that is handled is nothing special.
import os
import signal
import time

try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
except KeyboardInterrupt as error:
    print("interrupted", repr(error))
raise SystemExit(4)
