# A program without the guard that spawns is told so by its child.
import multiprocessing as mp

context = mp.get_context("spawn")
child = context.Process(target=print, args=("never",))
child.start()
child.join()
print(child.exitcode)
