"""Asks Redis to run a script, one request after the other."""
import socket
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0

connection = socket.create_connection(('127.0.0.1', 6399))
rounds = int(STRENGTH * 1000) if CAUSE else 1
while time.monotonic() < END:
    connection.send(f'EVAL "local x = 0 for i = 1, {rounds} do x = x + i end return x" 0\r\n'.encode())
    connection.recv(4096)
    done += 1
print('done', done)
