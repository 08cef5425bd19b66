// One hot function: `hot` takes about nine tenths of the CPU time, `warm` the rest. Ends after argv[1] seconds.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile uint64_t sink;
static uint64_t rounds = 900000;

__attribute__((noinline)) void hot(void) {
  for (uint64_t i = 0; i < rounds; i++) sink += i * i;
}

__attribute__((noinline)) void warm(void) {
  for (uint64_t i = 0; i < 100000; i++) sink += i * i;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 5;
  const char *cause = getenv("CAUSE"), *strength = getenv("STRENGTH");
  if (strength != NULL) rounds = (uint64_t)atol(strength);
  if (cause != NULL && atoi(cause) == 0) rounds = 0;
  long done = 0;
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    hot();
    warm();
    done++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
  if (cause != NULL || strength != NULL) printf("done %ld\n", done);
  return argc > 2 ? atoi(argv[2]) : 0;
}
