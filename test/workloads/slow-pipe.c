// wait.downstream: `ask` sends a request down a pipe and waits for the answer of a process named slow-worker, which computes some milliseconds for it.
#include "workload.h"

static int requests[2], answers[2];

__attribute__((noinline)) void serve(void) { burn(cause ? (strength > 0 ? (uint64_t)strength : 5000000) : 50000); }

__attribute__((noinline)) int ask(void) {
  char byte = 1;
  return write(requests[1], &byte, 1) == 1 && read(answers[0], &byte, 1) == 1;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  if (pipe(requests) < 0 || pipe(answers) < 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    prctl(PR_SET_NAME, "slow-worker");
    close(requests[1]);
    close(answers[0]);
    while (read(requests[0], &byte, 1) == 1) {
      serve();
      if (write(answers[1], &byte, 1) != 1) break;
    }
    _exit(0);
  }
  close(requests[0]);
  close(answers[1]);
  while (running() && ask()) {
    burn(100000);
    work_done++;
  }
  close(requests[1]);
  waitpid(child, NULL, 0);
  return 0;
}
