# Daemon threads are not.
import threading
import time

ready = threading.Event()


def worker():
    try:
        ready.set()
        time.sleep(600)
    finally:
        print("never")


threading.Thread(target=worker, daemon=True).start()
ready.wait()
print("main is over")
