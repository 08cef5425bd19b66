/* Waits for locks of the kernel: which lock, who had it, who waited where. */
#include "stack.h"
#include "lock_owner.h"
FOLLOW_FORKS

#define NESTED 4
struct attempt {
	u64 lock, since;
	u32 flags, owner_tid;
};
struct attempts {
	u32 depth, reserved;
	struct attempt nested[NESTED];
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct attempts);
} attempts SEC(".maps");

/* Layout known to decode-topics.ts. */
struct lock_key {
	u64 lock;
	u32 tgid, tid;
	u32 flags, owner_tid;
	u64 kernel_stack;
};
PAIR(locks, struct lock_key, struct times, 16384)

SEC("tp_btf/contention_begin")
int BPF_PROG(on_contention_begin, void *lock, unsigned int flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!task->pid || !in_scope(task->tgid))
		return 0;
	struct attempts *attempts_of = bpf_task_storage_get(&attempts, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!attempts_of) {
		count(LOST_STARTS);
		return 0;
	}
	u32 depth = attempts_of->depth;
	if (depth && attempts_of->nested[(depth - 1) & (NESTED - 1)].lock == (u64)lock)
		return 0;
	if (depth >= NESTED) {
		attempts_of->depth = 0;
		count(LOST_STARTS);
		return 0;
	}
	struct attempt *attempt = &attempts_of->nested[depth & (NESTED - 1)];
	attempt->lock = (u64)lock;
	attempt->flags = flags & ~LCB_F_SPIN ? flags & ~LCB_F_SPIN : flags;
	attempt->owner_tid = owner_of(lock, flags);
	attempt->since = bpf_ktime_get_ns();
	attempts_of->depth = depth + 1;
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(on_contention_end, void *lock)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct attempts *attempts_of = bpf_task_storage_get(&attempts, task, 0, 0);
	if (!attempts_of || !attempts_of->depth)
		return 0;
	u32 depth = attempts_of->depth;
	struct attempt *attempt = &attempts_of->nested[(depth - 1) & (NESTED - 1)];
	if (attempt->lock != (u64)lock) {
		attempts_of->depth = 0;
		count(UNMATCHED);
		return 0;
	}
	attempts_of->depth = depth - 1;
	u64 waited = bpf_ktime_get_ns() - attempt->since;
	struct lock_key key = {
		.lock = attempt->lock, .tgid = task->tgid, .tid = task->pid, .flags = attempt->flags, .owner_tid = attempt->owner_tid
	};
	if (waited >= control.lazy_ns && in_detail(task->tgid))
		key.kernel_stack = current_stack(ctx, 3, 0);
	struct times *row = locks_row(&key);
	if (row)
		add_time_shared(row, waited);
	return 0;
}
