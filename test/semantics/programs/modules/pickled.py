# What is pickled names the program's module.
import copyreg
import dataclasses
import enum
import pickle
import pickletools


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int
    y: float = 1.5


data = pickle.dumps([Point(1), Colour.RED], protocol=0)
print(data, pickle.loads(data), pickle.loads(data)[1] is Colour.RED)
print(repr(Point), Colour.RED, copyreg.dispatch_table == {} or len(copyreg.dispatch_table))
pickle.dumps(len.__self__)
