// One hot function: `hot` takes about nine tenths of the CPU time, `warm` the rest. Ends after argv[1] seconds; AUTOTUNE_CAUSE as in workload.h.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile uint64_t sink;
static double cause = 1;

__attribute__((noinline)) void hot(void) {
  for (uint64_t i = 0; i < (uint64_t)(900000 * cause); i++) sink += i * i;
}

__attribute__((noinline)) void warm(void) {
  for (uint64_t i = 0; i < 100000; i++) sink += i * i;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 5;
  const char *part = getenv("AUTOTUNE_CAUSE");
  long operations = 0;
  struct timespec start, now;
  if (part) cause = atof(part);
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    hot();
    warm();
    operations++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
  if (part) printf("%.1f operations/s\n", operations / seconds);
  return argc > 2 ? atoi(argv[2]) : 0;
}
