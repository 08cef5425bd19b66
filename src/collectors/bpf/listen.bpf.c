/* Connections dropped because nobody accepted those before them, by listening socket. No tracepoint tells of them. */
#include "topic.h"

struct inode {
	unsigned long i_ino;
} CORE;
struct socket_alloc {
	struct inode vfs_inode;
} CORE;
struct socket;
/* What a listening socket has besides (include/net/sock.h); libbpf ignores what follows three underscores. */
struct sock___listening {
	u32 sk_ack_backlog, sk_max_ack_backlog;
	struct socket *sk_socket;
} CORE;

/* Layout known to decode-topics.ts. */
struct listen_key {
	u64 inode; /* of the socket, as in /proc/PID/fd; 0 when it has no file */
	u32 port, reserved;
};
struct listen_row {
	u64 count;
};
PAIR(listens, struct listen_key, struct listen_row, 1024)

/* sk_acceptq_is_full() and what the kernel counts as ListenOverflows. */
static __always_inline int add_if_full(const struct sock *socket)
{
	const struct sock___listening *listening = (const void *)socket;
	if (BPF_CORE_READ(listening, sk_ack_backlog) <= BPF_CORE_READ(listening, sk_max_ack_backlog))
		return 0;
	struct listen_key key = { .port = BPF_CORE_READ(socket, __sk_common.skc_num) };
	struct socket *file = BPF_CORE_READ(listening, sk_socket);
	if (file)
		key.inode = BPF_CORE_READ((struct socket_alloc *)file, vfs_inode.i_ino);
	struct listen_row *row = listens_row(&key);
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	return 0;
}

/* A SYN that comes while the queue is full. */
SEC("fentry/tcp_conn_request")
int BPF_PROG(on_request, void *operations, void *family, struct sock *listening)
{
	return add_if_full(listening);
}

/* The ACK that ends a handshake; over IPv6 too many are rare, since the SYN came when there was room. */
SEC("fentry/tcp_v4_syn_recv_sock")
int BPF_PROG(on_handshake, const struct sock *listening)
{
	return add_if_full(listening);
}
