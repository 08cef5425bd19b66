/* Time interrupts took, by kind, vector and the thread they took it from. */
#include "topic.h"
FOLLOW_FORKS

struct running {
	u64 hard_since, soft_since;
	u64 hard_within_soft;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct running);
} running SEC(".maps");

/* Layouts known to decode-topics.ts. */
struct interrupt_key {
	u32 soft, vector;
	u32 tgid, tid; /* the thread that was interrupted; 0: the CPU was idle */
};
PAIR(interrupts, struct interrupt_key, struct times, 8192)

static __always_inline struct running *on_this_cpu(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&running, &zero);
}

static __always_inline void add_interrupt(u32 soft, u32 vector, u64 ns)
{
	u64 who = bpf_get_current_pid_tgid();
	struct interrupt_key key = { .soft = soft, .vector = vector, .tgid = who >> 32, .tid = who };
	struct times *row = interrupts_row(&key);
	if (row)
		add_time_shared(row, ns);
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(on_hard_entry)
{
	struct running *now = on_this_cpu();
	if (now)
		now->hard_since = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(on_hard_exit, int vector)
{
	struct running *now = on_this_cpu();
	if (!now || now->hard_since <= control.opened_at)
		return 0;
	u64 took = bpf_ktime_get_ns() - now->hard_since;
	now->hard_since = 0;
	if (now->soft_since)
		now->hard_within_soft += took;
	add_interrupt(0, vector, took);
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(on_soft_entry)
{
	struct running *now = on_this_cpu();
	if (!now)
		return 0;
	now->hard_within_soft = 0;
	now->soft_since = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(on_soft_exit, unsigned int vector)
{
	struct running *now = on_this_cpu();
	if (!now || now->soft_since <= control.opened_at)
		return 0;
	u64 took = bpf_ktime_get_ns() - now->soft_since;
	now->soft_since = 0;
	add_interrupt(1, vector, took > now->hard_within_soft ? took - now->hard_within_soft : 0);
	return 0;
}
