# So are those that a library reads when it is first used.
import os

os.environ["TZ"] = "Asia/Tokyo"
os.environ["PYTHONASYNCIODEBUG"] = "1"
os.environ["NO_COLOR"] = "1"
import time

time.tzset()
print(time.strftime("%Z %z", time.localtime(0)), time.tzname)
import asyncio

print(asyncio.new_event_loop().get_debug())
os.environ["HTTPS_PROXY"] = "http://127.0.0.1:9"
import urllib.request

print(urllib.request.getproxies())
import decimal

print(decimal.getcontext())
