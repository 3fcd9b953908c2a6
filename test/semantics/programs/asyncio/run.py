# Tasks, timeouts, queues and threads of an event loop.
import asyncio


async def worker(queue, name):
    while (item := await queue.get()) is not None:
        print(name, item)
    return name


async def main():
    queue = asyncio.Queue()
    for item in (1, 2, None):
        queue.put_nowait(item)
    print(await worker(queue, "a"))
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.001)
    except TimeoutError:
        print("timeout")
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    loop = asyncio.get_running_loop()
    print(type(loop).__name__, loop.get_debug(), type(asyncio.get_event_loop_policy()).__name__)
    print(await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))))


asyncio.run(main())
