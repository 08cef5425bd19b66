// What the workloads share: they end after argv[1] seconds and keep their files in argv[2] (default /tmp).
// For datasets/: CAUSE=0 in the environment takes out what limits them, STRENGTH says how much of it there is, and with
// either the work that was done is printed at the end.
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

static int cause = 1;
static long strength; // 0: the program's own
static _Atomic long work_done; // units of it, whatever a unit is
static double end_seconds;
static const char *directory = "/tmp";
static char path[256];
static _Thread_local volatile uint64_t sink; // a shared one would be fought for

static inline double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static inline int running(void) { return now() < end_seconds; }

static inline void print_done(void) {
  printf("done %ld\n", work_done);
  fflush(stdout);
}

// Also the last resort: whatever hangs ends ten seconds late.
static inline void begin(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 5;
  end_seconds = now() + seconds;
  alarm((unsigned)seconds + 10);
  if (argc > 2) directory = argv[2];
  const char *is_caused = getenv("CAUSE"), *how_much = getenv("STRENGTH");
  if (is_caused != NULL) cause = atoi(is_caused);
  if (how_much != NULL) strength = atol(how_much);
  if (is_caused != NULL || how_much != NULL) atexit(print_done);
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
static inline void burn(uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) sink += i * i;
}

static inline void run_threads(int count, void *(*body)(void *)) {
  pthread_t threads[64];
  for (long i = 0; i < count; i++) pthread_create(&threads[i], NULL, body, (void *)i);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}
