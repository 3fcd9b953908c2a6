# Installed packages have the versions and the places that bare Python finds.
import aiohttp
import httpx
import numpy
import requests

for module in (requests, httpx, aiohttp, numpy):
    print(module.__name__, module.__version__, module.__file__)
print(numpy.arange(6).reshape(2, 3).sum(axis=0), numpy.random.default_rng(1).integers(100, size=3))
numpy.random.seed(1)
print(numpy.random.rand(2))
print(numpy.geterr(), numpy.get_printoptions()["precision"])
print(numpy.array([1.0]) / 0)
try:
    requests.get("http://127.0.0.1:9/")
except requests.ConnectionError as error:
    print(type(error).__name__)
print(requests.utils.getproxies(), requests.Session().verify)
