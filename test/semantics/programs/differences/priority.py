# How willingly it gives way.
import os

print(os.nice(0))
