"""The servers that a networking course writes: classic.py udp|tcp upper|rot13 PORT."""

import codecs
import socket
import sys

transport, transform, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


def changed(octets):
    text = octets.decode()
    return (text.upper() if transform == "upper" else codecs.encode(text, "rot13")).encode()


if transport == "udp":
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", port))
    while True:
        message, client = server.recvfrom(2048)
        server.sendto(changed(message), client)
else:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(128)
    while True:
        connection, _ = server.accept()
        connection.send(changed(connection.recv(1024)))
        connection.close()
