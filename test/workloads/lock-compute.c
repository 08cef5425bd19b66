// lock.futex: four threads queue for a mutex that is held while `compute_locked` computes; outside of it each does a tenth of that.
// AUTOTUNE_LOCKS divides the threads among so many of them, up to four.
#include "workload.h"

static pthread_mutex_t mutexes[4] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int mutex_count = 1;

__attribute__((noinline)) void compute_locked(void) { burn(1000000 * cause); }
__attribute__((noinline)) void compute_free(void) { burn(100000); }

static void *worker(void *number) {
  pthread_mutex_t *mutex = &mutexes[(long)number % mutex_count];
  while (running()) {
    pthread_mutex_lock(mutex);
    compute_locked();
    pthread_mutex_unlock(mutex);
    compute_free();
    count_operations(1);
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  if (getenv("AUTOTUNE_LOCKS")) mutex_count = atoi(getenv("AUTOTUNE_LOCKS"));
  run_threads(4, worker);
  return 0;
}
