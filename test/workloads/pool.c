// Healthy: eight workers wait on one queue for jobs of `job`, of which one comes every 4 ms and takes a quarter of that. Waiting for work is no loss.
#include "workload.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int jobs, done;

__attribute__((noinline)) void job(void) { burn(1000000); }

static void *worker(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&mutex);
    while (jobs == 0 && !done) pthread_cond_wait(&filled, &mutex);
    if (jobs == 0) {
      pthread_mutex_unlock(&mutex);
      return NULL;
    }
    jobs--;
    pthread_mutex_unlock(&mutex);
    job();
    work_done++;
  }
}

static void *producer(void *unused) {
  (void)unused;
  while (running()) {
    usleep(strength > 0 ? (useconds_t)strength : 4000);
    pthread_mutex_lock(&mutex);
    jobs++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
  }
  pthread_mutex_lock(&mutex);
  done = 1;
  pthread_cond_broadcast(&filled);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void *either(void *index) { return index == 0 ? producer(NULL) : worker(NULL); }

int main(int argc, char **argv) {
  begin(argc, argv);
  run_threads(9, either);
  return 0;
}
