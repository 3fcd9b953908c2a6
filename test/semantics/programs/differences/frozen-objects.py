# How many objects the collector passes over, and what it has counted so far.
import gc

print(gc.get_freeze_count(), *gc.get_count())
