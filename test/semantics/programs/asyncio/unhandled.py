# An error out of a task group, with asyncio's own frames.
import asyncio


async def fail(message):
    raise ValueError(message)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fail("one"))
        group.create_task(fail("two"))


asyncio.run(main())
