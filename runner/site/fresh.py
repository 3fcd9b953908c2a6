"""Makes a fork new where libraries would go on with what was drawn or noted before it: chance, secrets, and the time they began."""

import os
import sys
import time


def draw_anew():
    """Every run would otherwise draw the same numbers. `random` does it by itself at each fork, as do what asks the system each
    time: uuid, secrets, numpy's Generator."""
    numbers = sys.modules.get("numpy.random")
    if numbers is not None:
        numbers.seed()
    # OpenSSL tells a fork by the process's number alone, and a zygote's runs all have the same.
    encryption = sys.modules.get("_ssl")
    if encryption is not None:
        encryption.RAND_add(os.urandom(32), 32.0)
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None:
        processes.current_process().authkey = os.urandom(32)
    files = sys.modules.get("tempfile")
    if files is not None:
        files._name_sequence = None


def begin_now():
    """`%(relativeCreated)d` counts from when `logging` was loaded."""
    logging = sys.modules.get("logging")
    if logging is not None:
        logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()
