// lock.futex: four threads queue for a mutex that is held while `compute_locked` computes; outside of it each does a tenth of that.
#include "workload.h"

static struct {
  pthread_mutex_t mutex;
  char apart[128 - sizeof(pthread_mutex_t)];
} locks[64];

__attribute__((noinline)) void compute_locked(void) { burn(1000000); }
__attribute__((noinline)) void compute_free(void) { burn(100000); }

static void *worker(void *index) {
  pthread_mutex_t *mutex = &locks[cause ? 0 : (long)index].mutex;
  while (running()) {
    pthread_mutex_lock(mutex);
    compute_locked();
    pthread_mutex_unlock(mutex);
    compute_free();
    work_done++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  for (int i = 0; i < 64; i++) pthread_mutex_init(&locks[i].mutex, NULL);
  run_threads(strength > 0 ? (int)strength : 4, worker);
  return 0;
}
