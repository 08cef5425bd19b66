/* Threads that had to free or move memory themselves. */
#include "topic.h"
FOLLOW_FORKS

enum { DIRECT_RECLAIM, CGROUP_RECLAIM, COMPACTION, KINDS };

struct stalls {
	u64 since[KINDS];
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct stalls);
} stalls SEC(".maps");

/* Layout known to decode-topics.ts. */
struct memory_key {
	u32 kind;
	u32 tgid, tid, reserved;
};
PAIR(memories, struct memory_key, struct times, 8192)

static __always_inline int stall_begin(u32 kind)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!in_scope(task->tgid))
		return 0;
	struct stalls *stall = bpf_task_storage_get(&stalls, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (stall)
		stall->since[kind] = bpf_ktime_get_ns();
	else
		count(LOST_STARTS);
	return 0;
}

static __always_inline int stall_end(u32 kind)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct stalls *stall = bpf_task_storage_get(&stalls, task, 0, 0);
	if (!stall || !stall->since[kind])
		return 0;
	u64 took = bpf_ktime_get_ns() - stall->since[kind];
	stall->since[kind] = 0;
	struct memory_key key = { .kind = kind, .tgid = task->tgid, .tid = task->pid };
	struct times *row = memories_row(&key);
	if (row)
		add_time(row, took);
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int BPF_PROG(on_reclaim_begin)
{
	return stall_begin(DIRECT_RECLAIM);
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int BPF_PROG(on_reclaim_end)
{
	return stall_end(DIRECT_RECLAIM);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int BPF_PROG(on_cgroup_reclaim_begin)
{
	return stall_begin(CGROUP_RECLAIM);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int BPF_PROG(on_cgroup_reclaim_end)
{
	return stall_end(CGROUP_RECLAIM);
}

SEC("tp_btf/mm_compaction_begin")
int BPF_PROG(on_compaction_begin)
{
	return stall_begin(COMPACTION);
}

SEC("tp_btf/mm_compaction_end")
int BPF_PROG(on_compaction_end)
{
	return stall_end(COMPACTION);
}
