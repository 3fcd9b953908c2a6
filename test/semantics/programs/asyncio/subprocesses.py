# Programs run by an event loop, with their streams and their ends.
import asyncio
import sys


async def main():
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(input()[::-1])", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    print(await child.communicate(b"hello\n"), child.returncode)
    child = await asyncio.create_subprocess_shell("exit 3")
    print(await child.wait())
    child = await asyncio.create_subprocess_exec("sleep", "600")
    child.kill()
    print(await child.wait())


asyncio.run(main())
