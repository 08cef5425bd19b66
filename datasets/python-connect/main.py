"""Opens a TCP connection for every request."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import socket
server = socket.create_server(('127.0.0.1', 0), backlog=64)
address = server.getsockname()
pid = os.fork()
if pid == 0:
    while True:
        peer, _ = server.accept()
        while peer.recv(1): peer.send(b'x')
        peer.close()
server.close()
connection = None
while time.monotonic() < END:
    connection = connection or socket.create_connection(address)
    connection.send(b'x'); connection.recv(1)
    done += 1
    if CAUSE and done % STRENGTH == 0:
        connection.close()
        connection = None
os.kill(pid, 9)
print('done', done)
