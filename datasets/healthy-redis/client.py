"""Asks Redis five hundred times a second."""
import socket
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
END = time.monotonic() + LENGTH
done = 0

connection = socket.create_connection(('127.0.0.1', 6399))
while time.monotonic() < END:
    connection.send(b'INCR counter\r\n')
    connection.recv(4096)
    time.sleep(0.002)
