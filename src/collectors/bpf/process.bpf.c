/* Forks, execs, exits, and signals: who did it to whom. */
#include "topic.h"

enum { FORK = 1, THREAD, EXEC, EXIT, SIGNAL };

/* Layout known to decode-topics.ts. */
struct process_key {
	u32 kind;
	u32 tgid, tid;	 /* who did it */
	u32 to_tgid;	 /* SIGNAL: who got it */
	u32 signal;	 /* SIGNAL: its number; EXIT: 0 */
	u32 reserved;
};
struct process_row {
	u64 count;
};
PAIR(processes, struct process_key, struct process_row, 8192)

static __always_inline int add_event(struct process_key *key)
{
	if (!in_scope(key->tgid) && !(key->kind == SIGNAL && in_scope(key->to_tgid)))
		return 0;
	struct process_row *row = processes_row(key);
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	inherit_target(parent, child);
	struct process_key key = {
		.kind = parent->tgid == child->tgid ? THREAD : FORK, .tgid = parent->tgid, .tid = parent->pid
	};
	return add_event(&key);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	struct process_key key = { .kind = EXEC, .tgid = task->tgid };
	return add_event(&key);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct process_key key = { .kind = EXIT, .tgid = task->tgid };
	return add_event(&key);
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct task_struct *task)
{
	u64 who = bpf_get_current_pid_tgid();
	struct process_key key = {
		.kind = SIGNAL, .tgid = who >> 32, .tid = who, .to_tgid = task->tgid, .signal = signal
	};
	return add_event(&key);
}
