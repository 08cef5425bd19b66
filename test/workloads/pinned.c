// cpu.affinity: two threads that compute are both pinned to the first CPU, whatever the others do.
#include "workload.h"
#include <sched.h>

__attribute__((noinline)) void compute(void) { burn(1000000); }

static void *worker(void *unused) {
  (void)unused;
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  if (cause && pthread_setaffinity_np(pthread_self(), sizeof first, &first) != 0) exit(1);
  while (running()) {
    compute();
    work_done++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(strength > 0 ? (int)strength : 2, worker);
  return 0;
}
