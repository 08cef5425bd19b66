// C library, system calls, the vdso, variable frames: usage: stacks SECONDS
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static volatile unsigned long sink;

NOINLINE static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

NOINLINE static void readClock(void) {
  for (int i = 0; i < 3000; i++) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    sink += time.tv_nsec;
  }
}

NOINLINE static void callKernel(void) {
  for (int i = 0; i < 300; i++) {
    struct stat facts;
    stat("/etc/passwd", &facts);
    sink += facts.st_size + getppid();
  }
}

NOINLINE static void copyMemory(void) {
  static char from[1 << 20], to[1 << 20];
  for (int i = 0; i < 4; i++) memcpy(to, from, sizeof to);
  sink += to[7];
}

NOINLINE static void printNumbers(void) {
  char text[200];
  for (int i = 0; i < 200; i++) sink += snprintf(text, sizeof text, "%d %f %s", i, i * 1.5, "abc");
}

NOINLINE static void useVariableArray(int bytes) {
  volatile char buffer[bytes];
  for (int i = 0; i < 40000; i++) buffer[i % bytes] = i;
  sink += buffer[0];
}

static void *work(void *seconds) {
  double end = now() + *(double *)seconds;
  while (now() < end) {
    readClock();
    callKernel();
    copyMemory();
    printNumbers();
    useVariableArray(100 + rand() % 300);
  }
  return NULL;
}

int main(int count, char **arguments) {
  double seconds = count > 1 ? atof(arguments[1]) : 2;
  pthread_t other;
  pthread_create(&other, NULL, work, &seconds);
  work(&seconds);
  pthread_join(other, NULL);
  return 0;
}
