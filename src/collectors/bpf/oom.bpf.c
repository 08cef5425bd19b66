/* Processes that were killed because there was no memory. A topic of its own: older kernels lack its tracepoint. */
#include "topic.h"

/* Layout known to decode-topics.ts. */
struct oom_key {
	u32 tgid, tid;
};
struct oom_row {
	u64 count;
};
PAIR(ooms, struct oom_key, struct oom_row, 256)

/* Process ids are below PID_MAX_LIMIT, 4 Mi (include/linux/threads.h). */
#define PIDS (1 << 22)

/* The victim comes as a task, and before 6.8 as a number: read untyped, both are told apart by size. */
SEC("tp_btf/mark_victim")
int on_victim(void *arguments)
{
	u64 victim = 0;
	if (bpf_probe_read_kernel(&victim, sizeof(victim), arguments))
		return 0;
	struct oom_key key = { .tgid = victim, .tid = victim };
	if (victim >= PIDS) {
		key.tgid = BPF_CORE_READ((struct task_struct *)victim, tgid);
		key.tid = BPF_CORE_READ((struct task_struct *)victim, pid);
	}
	struct oom_row *row = ooms_row(&key);
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	return 0;
}
