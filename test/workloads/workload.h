// What the workloads share: they end after argv[1] seconds and keep their files in argv[2] (default /tmp). AUTOTUNE_CAUSE says
// how much there is of what each of them is slow by, from 1 (all of it, the default) to 0; then they print what they got done.
#pragma once
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double begin_seconds, end_seconds;
static const char *directory = "/tmp";
static char path[256];
// Of each thread its own: a cache line that all write to would be a cause that nobody asked for.
static __thread volatile uint64_t sink;
static double cause = 1;
static uint64_t operations;

static inline double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static inline int running(void) { return now() < end_seconds; }

static void print_operations(void) { printf("%.1f operations/s\n", operations / (now() - begin_seconds)); }

// Also the last resort: whatever hangs ends ten seconds late.
static inline void begin(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 5;
  begin_seconds = now();
  end_seconds = begin_seconds + seconds;
  alarm((unsigned)seconds + 10);
  if (argc > 2) directory = argv[2];
  if (getenv("AUTOTUNE_CAUSE")) {
    cause = atof(getenv("AUTOTUNE_CAUSE"));
    atexit(print_operations);
  }
}

static inline void count_operations(uint64_t count) { __atomic_fetch_add(&operations, count, __ATOMIC_RELAXED); }

// Whether the cause strikes this time: evenly, of all times the part that AUTOTUNE_CAUSE says.
static inline int strikes(void) {
  static __thread double owed;
  owed += cause;
  if (owed < 1) return 0;
  owed -= 1;
  return 1;
}

// A file of its own, gone as soon as it is closed.
static inline int open_scratch(void) {
  snprintf(path, sizeof path, "%s/autotune-workload-%d", directory, getpid());
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) {
    perror(path);
    exit(1);
  }
  unlink(path);
  return fd;
}

// A million rounds take about half a millisecond.
__attribute__((always_inline)) static inline void burn(uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) sink += i * i;
}

static inline void run_threads(int count, void *(*body)(void *)) {
  pthread_t threads[64];
  for (long i = 0; i < count; i++) pthread_create(&threads[i], NULL, body, (void *)i);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}
