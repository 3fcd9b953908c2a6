# Servers and clients on the loopback, by TCP and by unix sockets.
import asyncio


async def main():
    async def serve(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"tcp\n")
    print(await reader.read())
    writer.close()
    local = await asyncio.start_unix_server(serve, "socket")
    reader, writer = await asyncio.open_unix_connection("socket")
    writer.write(b"unix\n")
    print(await reader.read())
    writer.close()
    server.close()
    local.close()


asyncio.run(main())
