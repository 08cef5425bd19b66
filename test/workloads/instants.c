// Takes each CPU for 150 µs every few milliseconds, before everybody else, as kernel work does.
#include "workload.h"
#include <sched.h>

static void take(int cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  struct sched_param first = {.sched_priority = 50};
  if (sched_setaffinity(0, sizeof only, &only) < 0 || sched_setscheduler(0, SCHED_FIFO, &first) < 0) _exit(1);
  while (running()) {
    for (double start = now(); now() - start < 150e-6;) continue;
    usleep(2000 + rand() % 2000);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
    if (fork() == 0) take(cpu);
  while (wait(NULL) > 0) continue;
  return 0;
}
