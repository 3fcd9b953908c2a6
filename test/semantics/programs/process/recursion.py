# A program may recurse exactly as deep as bare Python lets it.
import sys

print(sys.getrecursionlimit())
depth = 0


def down():
    global depth
    depth += 1
    down()


try:
    down()
except RecursionError as error:
    print(depth, error)
print(sys._getframe().f_back, len(sys._current_frames()))
sys.setrecursionlimit(5000)
depth = 0
try:
    down()
except RecursionError:
    print(depth)
