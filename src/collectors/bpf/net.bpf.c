/* TCP: retransmits, resets, connects, accepts and closes by peer and port. */
#include "topic.h"
FOLLOW_FORKS

enum { RETRANSMIT = 1, RESET_SENT, RESET_RECEIVED, CONNECT, CONNECTED, ACCEPTED, CLOSED };
/* include/net/tcp_states.h */
enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_SYN_RECV = 3, TCP_CLOSE = 7 };
enum { AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6 };

/* Layout known to decode-topics.ts. */
struct net_key {
	u32 kind;
	u32 tgid; /* of whoever ran: only for CONNECT it is surely the one who asked for it */
	u16 family, local_port, remote_port, reserved;
	u8 remote[16];
};
struct net_row {
	u64 count;
};
PAIR(nets, struct net_key, struct net_row, 8192)

static __always_inline int add_event(const struct sock *socket, u32 kind)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	if (tgid == control.self_tgid)
		return 0;
	struct net_key key = { .kind = kind, .tgid = kind == CONNECT ? tgid : 0 };
	if (kind == CONNECT && !in_scope(tgid))
		return 0;
	if (socket) {
		key.family = BPF_CORE_READ(socket, __sk_common.skc_family);
		u16 remote_port = BPF_CORE_READ(socket, __sk_common.skc_dport);
		key.remote_port = remote_port << 8 | remote_port >> 8;
		key.local_port = BPF_CORE_READ(socket, __sk_common.skc_num);
		if (kind == CONNECT || kind == CONNECTED)
			key.local_port = 0; /* chosen at random: it would make a row of each */
		else if (kind == ACCEPTED)
			key.remote_port = 0;
		else if (key.local_port >= 32768)
			key.local_port = 0;
		else if (key.remote_port >= 32768)
			key.remote_port = 0;
		if (key.family == AF_INET)
			BPF_CORE_READ_INTO((u32 *)key.remote, socket, __sk_common.skc_daddr);
		else if (key.family == AF_INET6)
			BPF_CORE_READ_INTO((struct in6_addr *)key.remote, socket, __sk_common.skc_v6_daddr);
	}
	struct net_row *row = nets_row(&key);
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, const struct sock *socket)
{
	return add_event(socket, RETRANSMIT);
}

SEC("tp_btf/tcp_send_reset")
int BPF_PROG(on_reset_sent, const struct sock *socket)
{
	return add_event(socket, RESET_SENT);
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_reset_received, struct sock *socket)
{
	return add_event(socket, RESET_RECEIVED);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, const struct sock *socket, int from, int to)
{
	if (BPF_CORE_READ(socket, sk_protocol) != IPPROTO_TCP)
		return 0;
	if (to == TCP_SYN_SENT)
		return add_event(socket, CONNECT);
	if (from == TCP_SYN_SENT && to == TCP_ESTABLISHED)
		return add_event(socket, CONNECTED);
	if (from == TCP_SYN_RECV && to == TCP_ESTABLISHED)
		return add_event(socket, ACCEPTED);
	if (to == TCP_CLOSE)
		return add_event(socket, CLOSED);
	return 0;
}
