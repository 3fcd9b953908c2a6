# Tasks that still run when the program ends are cancelled and clean up.
import asyncio
import sys

ended = []


async def forever(name):
    try:
        await asyncio.sleep(600)
    finally:
        ended.append(name)
        if len(ended) == 2:
            print("cleaned up", sorted(ended))


async def main():
    tasks = [asyncio.create_task(forever(name)) for name in "ab"]
    await asyncio.sleep(0)
    print(len(tasks))
    sys.exit(3)


asyncio.run(main())
