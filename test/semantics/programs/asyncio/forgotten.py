# Coroutines never awaited and errors never fetched are complained of.
import asyncio
import gc
import re
import sys


class Clean:
    def write(self, text):
        sys.__stdout__.write(re.sub("0x[0-9a-f]{8,}", "0x", text))

    def flush(self):
        pass


sys.stderr = Clean()


async def fail():
    raise ValueError("never fetched")


async def main():
    fail()
    task = asyncio.create_task(fail(), name="failing")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()


asyncio.run(main())
