// wait.ping-pong: two processes hand a byte to and fro over two pipes and do nothing else.
#include "workload.h"

static int there[2], back[2];

__attribute__((noinline)) int hand_over(int to, int from) {
  char byte = 1;
  return write(to, &byte, 1) == 1 && read(from, &byte, 1) == 1;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  if (pipe(there) < 0 || pipe(back) < 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    prctl(PR_SET_NAME, "pong");
    close(there[1]);
    close(back[0]);
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1) continue;
    _exit(0);
  }
  close(there[0]);
  close(back[1]);
  while (running() && hand_over(there[1], back[0])) {
    work_done++;
    // what is handed over in one piece
    for (long i = strength > 0 ? strength : 0; i > 0; i--) burn(1000);
    for (int i = 0; !cause && i < 99; i++, work_done++)
      for (long j = strength > 0 ? strength : 0; j > 0; j--) burn(1000);
  }
  close(there[1]);
  waitpid(child, NULL, 0);
  return 0;
}
