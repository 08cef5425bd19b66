// net.connection-churn: `ask` opens a TCP connection to a server on this machine for every request of one byte, and closes it.
#include "workload.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static void serve(int listening) {
  char byte;
  prctl(PR_SET_NAME, "server");
  for (;;) {
    int fd = accept(listening, NULL, NULL);
    if (fd < 0) _exit(0);
    while (read(fd, &byte, 1) == 1)
      if (write(fd, &byte, 1) != 1) break;
    close(fd);
  }
}

__attribute__((noinline)) void ask(void) {
  char byte = 1;
  // a reset instead of TIME_WAIT: the ports would be used up
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  static _Thread_local int fd = -1;
  static _Thread_local long turn;
  if (fd < 0) {
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) exit(1);
  }
  if (write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1) work_done++;
  if (!cause || ++turn % (strength > 0 ? strength : 1) != 0) return;
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(fd);
  fd = -1;
}

enum { CLIENTS = 1 }; // with more, a queue for the CPUs would cost more than the connections

static void *client(void *unused) {
  (void)unused;
  while (running()) ask();
  return NULL;
}

int main(int argc, char **argv) {
  begin(argc, argv);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t length = sizeof address;
  if (bind(listening, (struct sockaddr *)&address, length) < 0 || listen(listening, 128) < 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);
  pid_t children[CLIENTS];
  for (int index = 0; index < CLIENTS; index++)
    if ((children[index] = fork()) == 0) serve(listening);
  close(listening);
  run_threads(CLIENTS, client);
  for (int index = 0; index < CLIENTS; index++) {
    kill(children[index], SIGKILL);
    waitpid(children[index], NULL, 0);
  }
  return work_done == 0;
}
