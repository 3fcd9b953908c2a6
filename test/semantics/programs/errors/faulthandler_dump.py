# A dump of all stacks shows the program's frames and no other.
import faulthandler
import re
import threading

ready, leave = threading.Event(), threading.Event()


def worker():
    ready.set()
    leave.wait()


thread = threading.Thread(target=worker)
thread.start()
ready.wait()
with open("dump", "w+") as file:
    faulthandler.dump_traceback(file)
    file.seek(0)
    text = re.sub("0x[0-9a-f]{8,}", "0x", file.read())
leave.set()
thread.join()
print(text.split("\n\n")[-1])
print(faulthandler.is_enabled())
