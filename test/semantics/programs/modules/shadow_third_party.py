# So does one with the name of an installed package.
import requests

print(requests.get("x"), requests.__file__)
import numpy

print(numpy.array)
