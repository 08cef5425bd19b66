// proc.fork-exec: `spawn` starts /bin/true and waits for it, one after the other.
#include "workload.h"

__attribute__((noinline)) void spawn(void) {
  char *arguments[] = {"/bin/true", NULL}, *none[] = {NULL};
  work_done++;
  burn(strength > 0 ? (uint64_t)strength : 0);
  if (!cause) return;
  pid_t child = fork();
  if (child == 0) {
    execve(arguments[0], arguments, none);
    _exit(127);
  }
  if (child > 0) waitpid(child, NULL, 0);
}

int main(int argc, char **argv) {
  begin(argc, argv);
  while (running()) spawn();
  return 0;
}
