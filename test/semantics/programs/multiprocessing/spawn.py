# Processes that are spawned import the program again, under another name.
import multiprocessing as mp
import sys

print("imported as", __name__, __file__, sys.argv)


class Thing:
    def __init__(self, value):
        self.value = value


def work(thing, results):
    print("works", type(thing).__module__, thing.value)
    results.put(thing)


if __name__ == "__main__":
    context = mp.get_context("spawn")
    results = context.Queue()
    child = context.Process(target=work, args=(Thing(7), results))
    child.start()
    back = results.get()
    child.join()
    print(type(back) is Thing, back.value, child.exitcode)
