// wait.sleep-poll: `wait_for_result` sleeps 10 ms at a time until a thread has set a flag, which takes that thread half a millisecond.
#include "workload.h"
#include <stdatomic.h>

static atomic_int state; // 0 idle, 1 asked, 2 done, 3 end
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER;

static void *worker(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (state != 3) {
    if (state == 1) {
      burn(500000);
      state = 2;
    } else {
      pthread_cond_wait(&asked, &mutex);
    }
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void tell(int value) {
  pthread_mutex_lock(&mutex);
  state = value;
  pthread_cond_signal(&asked);
  pthread_mutex_unlock(&mutex);
}

__attribute__((noinline)) void wait_for_result(void) {
  while (state != 2) usleep(cause ? (strength > 0 ? (useconds_t)strength : 10000) : 50);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  while (running()) {
    tell(1);
    wait_for_result();
    burn(200000);
    work_done++;
  }
  tell(3);
  pthread_join(thread, NULL);
  return 0;
}
