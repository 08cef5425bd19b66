// lock.futex: four threads queue for a mutex that is held while `compute_locked` computes; outside of it each does a tenth of that.
#include "workload.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) void compute_locked(void) { burn(1000000); }
__attribute__((noinline)) void compute_free(void) { burn(100000); }

static void *worker(void *unused) {
  (void)unused;
  while (running()) {
    pthread_mutex_lock(&mutex);
    compute_locked();
    pthread_mutex_unlock(&mutex);
    compute_free();
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(4, worker);
  return 0;
}
