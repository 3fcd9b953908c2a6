# Several modules' objects, destroyed when the interpreter takes its modules apart.
import json
import os


def opened(text, **how):
    file = open(os.dup(1), "w", **how)
    file.write(text + "\n")
    return file


in_global = opened("in a global")
in_cycle = [opened("in a cycle")]
in_cycle.append(in_cycle)


def function(kept=opened("in a default")):
    return kept


json.held = opened("in a module")
