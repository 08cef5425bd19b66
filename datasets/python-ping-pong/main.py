"""Two processes hand a byte to and fro over a socket pair."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import socket
a, b = socket.socketpair()
pid = os.fork()
if pid == 0:
    a.close()
    while byte := b.recv(4096): b.send(byte)
    os._exit(0)
b.close()
size = 1 if CAUSE else 100
while time.monotonic() < END:
    a.send(b'x' * size)
    a.recv(4096)
    for _ in range(int(STRENGTH)): pass
    done += size
print('done', done)
