# A variable that is set before an import is honoured by the imported.
import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy

print(len(os.listdir("/proc/self/task")), numpy.ones(3).sum())
