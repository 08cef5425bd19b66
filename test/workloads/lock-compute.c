// lock.futex: four threads queue for a mutex that is held while `compute_locked` computes; outside of it each does a tenth of that.
// AUTOTUNE_LOCKS divides the threads among so many of them, up to four.
#include "workload.h"

<<<<<<< HEAD
static struct {
  pthread_mutex_t mutex;
  char apart[128 - sizeof(pthread_mutex_t)];
} locks[64];
=======
static pthread_mutex_t mutexes[4] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int mutex_count = 1;
>>>>>>> main

__attribute__((noinline)) void compute_locked(void) { burn(1000000 * cause); }
__attribute__((noinline)) void compute_free(void) { burn(100000); }

<<<<<<< HEAD
static void *worker(void *index) {
  pthread_mutex_t *mutex = &locks[cause ? 0 : (long)index].mutex;
=======
static void *worker(void *number) {
  pthread_mutex_t *mutex = &mutexes[(long)number % mutex_count];
>>>>>>> main
  while (running()) {
    pthread_mutex_lock(mutex);
    compute_locked();
    pthread_mutex_unlock(mutex);
    compute_free();
<<<<<<< HEAD
    work_done++;
=======
    count_operations(1);
>>>>>>> main
  }
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
<<<<<<< HEAD
  for (int i = 0; i < 64; i++) pthread_mutex_init(&locks[i].mutex, NULL);
  run_threads(strength > 0 ? (int)strength : 4, worker);
=======
  if (getenv("AUTOTUNE_LOCKS")) mutex_count = atoi(getenv("AUTOTUNE_LOCKS"));
  run_threads(4, worker);
>>>>>>> main
  return 0;
}
