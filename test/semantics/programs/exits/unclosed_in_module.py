# A file in another module that was never closed is written at the end: here it is a copy of standard output.
import os


def opened(text, **how):
    file = open(os.dup(1), "w", **how)
    file.write(text)
    return file


import json

json.kept = opened("text")
print("end of program")
