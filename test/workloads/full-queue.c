// net.listen-overflow: a server that never accepts, with room for one connection, and clients that keep coming.
#include "workload.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  begin(argc, argv);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr *)&address, length) < 0 || listen(listening, 1) < 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);
  int clients[64];
  for (int i = 0; i < 64; i++) clients[i] = -1;
  for (int turn = 0; running(); turn = (turn + 1) % 64) {
    if (clients[turn] >= 0) close(clients[turn]);
    clients[turn] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(clients[turn], (struct sockaddr *)&address, sizeof address);
    usleep(5000);
  }
  return 0;
}
