# A file in a thread's frame that was never closed is written at the end: here it is a copy of standard output.
import os


def opened(text, **how):
    file = open(os.dup(1), "w", **how)
    file.write(text)
    return file


import threading

ready = threading.Event()


def work():
    file = opened("text")
    ready.set()
    gate.wait()
    file.write(" and more")


gate = threading.Event()
threading.Thread(target=work).start()
ready.wait()
print("end of program")
gate.set()
