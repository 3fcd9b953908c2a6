# Without any input, input() is at its end at once.
import sys

print(repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin))
input("prompt: ")
