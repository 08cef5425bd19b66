/* Page faults by thread, and for one in sixteen by stack. */
#include "stack.h"
FOLLOW_FORKS

#define STACK_EVERY 16
struct fault_state {
	u64 major; /* task->maj_flt at the last fault: what came since belongs to that fault */
	u32 turn, reserved;
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct fault_state);
} fault_states SEC(".maps");

/* Layouts known to decode-topics.ts. */
struct fault_key {
	u32 tgid, tid;
	u32 in_kernel, reserved;
	u64 user_stack;
};
struct fault_row {
	u64 count, major;
};
PAIR(faults, struct fault_key, struct fault_row, 16384)

static __always_inline int fault(void *context, u32 in_kernel)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!in_detail(task->tgid))
		return 0;
	struct fault_state *state = bpf_task_storage_get(&fault_states, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!state) {
		count(LOST_STARTS);
		return 0;
	}
	struct fault_key key = { .tgid = task->tgid, .tid = task->pid, .in_kernel = in_kernel, .user_stack = STACK_NOT_SAMPLED };
	bool grew = state->turn && task->maj_flt != state->major;
	u64 major = grew ? task->maj_flt - state->major : 0;
	/* after a major fault the next one is likely major too, and rare enough for a stack of its own */
	if (state->turn++ % STACK_EVERY == 0 || grew)
		key.user_stack = current_stack(context, BPF_F_USER_STACK, 0);
	state->major = task->maj_flt;
	struct fault_row *row = faults_row(&key);
	if (!row)
		return 0;
	row->count += 1;
	row->major += major;
	return 0;
}

SEC("tp_btf/page_fault_user")
int BPF_PROG(on_user_fault)
{
	return fault(ctx, 0);
}

SEC("tp_btf/page_fault_kernel")
int BPF_PROG(on_kernel_fault)
{
	return fault(ctx, 1);
}
