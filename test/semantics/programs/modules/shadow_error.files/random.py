import math

seed = math.pi
