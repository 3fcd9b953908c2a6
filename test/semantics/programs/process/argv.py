# Arguments arrive unchanged, whatever they hold.
import sys

print(len(sys.argv), sys.argv)
print(sys.orig_argv)
