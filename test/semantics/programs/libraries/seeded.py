# What is seeded gives the same numbers everywhere.
import random
import subprocess
import sys

random.seed(7)
print(random.random(), random.sample(range(100), 5), random.gauss(0, 1))
print(random.Random(b"x").getrandbits(64), hash(1.5), hash((1, 2)), hash(None) == hash(None))
child = "print(hash('fixed'), {'a', 'b', 'c'})"
print(subprocess.run([sys.executable, "-c", child], env={"PYTHONHASHSEED": "5"}, capture_output=True).stdout)
print(sys.flags.hash_randomization, sys.hash_info)
