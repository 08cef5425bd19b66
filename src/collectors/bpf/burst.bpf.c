/*
 * Raw scheduler events for the replay of waits, attached for a second at a time. What a thread waited for is read from
 * its registers when it leaves its CPU and when it is woken: programs on sys_enter would slow every system call.
 */
#include "flight.h"
#include "interrupt.h"
#include "lock_owner.h"
#include "device.h"

static __always_inline bool concerns(struct task_struct *task)
{
	u32 tgid = task->tgid;
	return !control.scope || bpf_map_lookup_elem(&targets, &tgid);
}

static __always_inline u8 wait_flags(struct task_struct *task, u32 state)
{
	u8 flags = BPF_CORE_READ_BITFIELD(task, in_iowait) ? FLIGHT_IN_IOWAIT : 0;
	if (state & TASK_UNINTERRUPTIBLE)
		flags |= FLIGHT_UNINTERRUPTIBLE;
	if (state & (TASK_STOPPED | TASK_TRACED))
		flags |= FLIGHT_STOPPED;
	return flags;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	if (!concerns(prev) && !concerns(next))
		return 0;
	struct flight_record *record = flight_slot(FLIGHT_SWITCH, prev);
	if (!record)
		return 0;
	record->other_tid = next->pid;
	if (preempt || !prev_state) {
		record->flags |= FLIGHT_PREEMPTED;
	} else if (prev_state & TASK_DEAD) {
		record->flags |= FLIGHT_DEAD;
	} else if (prev->pid) {
		record->flags |= wait_flags(prev, prev_state);
		flight_call(record, prev);
	}
	return 0;
}

#define INTERRUPT_DEPTH 24
struct addresses {
	u64 address[INTERRUPT_DEPTH];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct addresses);
} interrupted SEC(".maps");

/* What a thread sends to a local socket arrives in a soft interrupt that runs when it enables them again: its own doing. */
static __always_inline bool is_local_send(void *context)
{
	u32 zero = 0;
	u64 first = control.bh_enable, end = control.bh_enable_end;
	struct addresses *stack = bpf_map_lookup_elem(&interrupted, &zero);
	if (!stack || !first)
		return 0;
	long bytes = bpf_get_stack(context, stack->address, sizeof(stack->address), 3);
	u32 depth = bytes > 0 ? bytes >> 3 : 0;
	for (u32 i = 0; i < INTERRUPT_DEPTH; i++) {
		if (i >= depth)
			break;
		if (stack->address[i] > first && stack->address[i] <= end)
			return 1;
	}
	return 0;
}

static __always_inline bool wakes_by_futex(struct task_struct *current, u64 address)
{
	if (current->flags & PF_KTHREAD)
		return 0;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(current);
#if defined(__TARGET_ARCH_x86)
	return regs->orig_ax == control.futex_nr && regs->di == address;
#else
	return regs->syscallno == control.futex_nr && regs->orig_x0 == address;
#endif
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	struct task_struct *current = bpf_get_current_task_btf();
	if (!concerns(task) && !concerns(current))
		return 0;
	struct flight_record *record = flight_slot(FLIGHT_WAKING, task);
	if (!record)
		return 0;
	record->flags |= wait_flags(task, task->__state);
	flight_call(record, task);
	if (in_interrupt(ctx, current) && (!current->pid || !is_local_send(ctx))) {
		record->flags |= FLIGHT_INTERRUPT;
	} else {
		record->other_tid = current->pid;
		if (record->detail == control.futex_nr && wakes_by_futex(current, record->key))
			record->flags |= FLIGHT_SAME_KEY;
	}
	return 0;
}

SEC("tp_btf/contention_begin")
int BPF_PROG(on_contention_begin, void *lock, unsigned int flags)
{
	struct task_struct *current = bpf_get_current_task_btf();
	if (!current->pid || !concerns(current))
		return 0;
	struct flight_record *record = flight_slot(FLIGHT_LOCK_BEGIN, current);
	if (!record)
		return 0;
	record->key = (u64)lock;
	record->other_tid = owner_of(lock, flags);
	record->detail = flags;
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(on_contention_end, void *lock)
{
	struct task_struct *current = bpf_get_current_task_btf();
	if (!current->pid || !concerns(current))
		return 0;
	struct flight_record *record = flight_slot(FLIGHT_LOCK_END, current);
	if (record)
		record->key = (u64)lock;
	return 0;
}

static __always_inline void keep_request(u8 type, struct request *request)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct flight_record *record = flight_slot(type, current);
	if (!record)
		return;
	record->key = (u64)request;
	record->other_tid = device_of(request);
	record->detail = request->cmd_flags & 0xff;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *request)
{
	keep_request(FLIGHT_BLOCK_ISSUE, request);
	return 0;
}

/* Partial completions come several times; the last one leaves nothing. */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *request, s32 error, unsigned int done_bytes)
{
	if (done_bytes >= request->__data_len)
		keep_request(FLIGHT_BLOCK_COMPLETE, request);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	inherit_target(parent, child);
	if (!concerns(child))
		return 0;
	struct flight_record *record = flight_slot(FLIGHT_FORK, child);
	if (record)
		record->other_tid = parent->pid;
	return 0;
}
