// One hot function: `hot` takes about nine tenths of the CPU time, `warm` the rest. Ends after argv[1] seconds; AUTOTUNE_CAUSE as in workload.h.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile uint64_t sink;
<<<<<<< HEAD
static uint64_t rounds = 900000;

__attribute__((noinline)) void hot(void) {
  for (uint64_t i = 0; i < rounds; i++) sink += i * i;
=======
static double cause = 1;

__attribute__((noinline)) void hot(void) {
  for (uint64_t i = 0; i < (uint64_t)(900000 * cause); i++) sink += i * i;
>>>>>>> main
}

__attribute__((noinline)) void warm(void) {
  for (uint64_t i = 0; i < 100000; i++) sink += i * i;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 5;
<<<<<<< HEAD
  const char *cause = getenv("CAUSE"), *strength = getenv("STRENGTH");
  if (strength != NULL) rounds = (uint64_t)atol(strength);
  if (cause != NULL && atoi(cause) == 0) rounds = 0;
  long done = 0;
=======
  const char *part = getenv("AUTOTUNE_CAUSE");
  long operations = 0;
>>>>>>> main
  struct timespec start, now;
  if (part) cause = atof(part);
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    hot();
    warm();
<<<<<<< HEAD
    done++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
  if (cause != NULL || strength != NULL) printf("done %ld\n", done);
=======
    operations++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
  if (part) printf("%.1f operations/s\n", operations / seconds);
>>>>>>> main
  return argc > 2 ? atoi(argv[2]) : 0;
}
