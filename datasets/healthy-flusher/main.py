"""Computes for a few milliseconds, ten times a second."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
END = time.monotonic() + LENGTH
done = 0

while time.monotonic() < END:
    for i in range(50000): i * i % 7
    time.sleep(0.1)
