import socket

for host in ("nowhere.invalid", "10.255.255.1"):
    try:
        socket.create_connection((host, 443), timeout=0.1)
    except OSError as error:
        print(type(error).__name__, host in str(error))
