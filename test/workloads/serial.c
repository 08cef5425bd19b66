// cpu.serial: three threads wait at a barrier while `serial_part` computes alone; what they then do together is a fifth of it.
#include "workload.h"

#define THREADS 4
static pthread_barrier_t before, after;
static int over;

__attribute__((noinline)) void serial_part(void) { burn(cause ? (strength > 0 ? (uint64_t)strength : 10000000) : 10000); }
__attribute__((noinline)) void parallel_part(void) { burn(500000); }

static void *worker(void *index) {
  for (;;) {
    if (index == 0) {
      serial_part();
      over = !running();
      work_done++;
    }
    pthread_barrier_wait(&before);
    if (over) return NULL;
    parallel_part();
    pthread_barrier_wait(&after);
  }
}

int main(int argc, char **argv) {
  begin(argc, argv);
  pthread_barrier_init(&before, NULL, THREADS);
  pthread_barrier_init(&after, NULL, THREADS);
  run_threads(THREADS, worker);
  return 0;
}
