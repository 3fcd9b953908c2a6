# How much memory a program has before it does anything, in KiB.
import resource

print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
