# Sockets between a program's own parts.
import selectors
import socket
import socketserver
import threading

ours, theirs = socket.socketpair()
ours.sendall(b"pair")
print(theirs.recv(10))
with socket.create_server(("127.0.0.1", 0)) as server:
    client = socket.create_connection(server.getsockname())
    connection, _ = server.accept()
    client.sendall(b"tcp")
    print(connection.recv(10))
    connection.close()
    client.close()
left, right = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
left.bind(("127.0.0.1", 0))
right.sendto(b"udp", left.getsockname())
print(left.recv(10), socket.gethostbyname("localhost"), socket.getservbyname("https"))
local = socket.socket(socket.AF_UNIX)
local.bind("socket")
local.listen()
selector = selectors.DefaultSelector()
selector.register(local, selectors.EVENT_READ)
print(type(selector).__name__, selector.select(0))
with socketserver.UDPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
    threading.Thread(target=server.handle_request, daemon=True)
print(socket.getdefaulttimeout())
socket.create_connection(("127.0.0.1", 9))
