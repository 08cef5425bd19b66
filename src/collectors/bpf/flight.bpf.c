/*
 * The flight recorder: the last seconds of everything, in memory, until a trigger fires. Nobody reads it until then: what it costs is the
 * writing of lean records into a region per CPU that wraps.
 *
 *   records:  | set 0, cpu 0 | set 0, cpu 1 | … | set 1, cpu 0 | set 1, cpu 1 | …
 *
 * One set is written; `active` says which. Turning it over freezes the one and opens the other at once, so that no time goes
 * unwatched. Rules are what the kernel decides itself: one that fires writes into `fired` and may turn the sets over here and now.
 */
#define STACKS 16384
#define STACK_MAP_TYPE BPF_MAP_TYPE_LRU_HASH
#include "stack.h"
#include "interrupt.h"
#include "device.h"

/* Layouts known to flight-record.ts. */
enum record_type { SWITCH = 1, SLEPT, WAKING, SYSCALL, SIGNAL, FORK, EXEC, EXIT, SAMPLE, BLOCK, PROBE };
struct record {
	u64 time;
	u16 type;
	u16 cpu;
	u32 tid, tgid;
	u32 other;    /* SWITCH: next thread; SLEPT, WAKING: waker; SYSCALL: number; SIGNAL: signal; FORK: child; BLOCK: device; PROBE: event */
	u64 argument; /* SWITCH, SYSCALL: first argument; SLEPT: ns off-CPU; WAKING: waker's process; FORK: child's process; EXEC: name;
			 EXIT: code; SIGNAL: sender; SAMPLE: kernel stack; BLOCK: operation << 32 | bytes; PROBE: argument or result */
	u64 value;    /* SWITCH: state | iowait << 30 | kernel thread << 31 | (system call + 1) << 32 | futex operation << 48; SLEPT: ns in the run queue; SYSCALL, BLOCK, PROBE: duration; EXEC: name */
	u64 stack;    /* user's for SWITCH, WAKING, SAMPLE; kernel's for SLEPT; SYSCALL: the result */
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4096); /* replaced at load: 2 sets × CPUs × records */
	__type(key, u32);
	__type(value, struct record);
} records SEC(".maps");

/* Records written since a set was opened, by set. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} heads SEC(".maps");

struct state {
	u32 active; /* its lowest bit is the set that is written */
	u32 armed;  /* 1: a rule that fires turns the sets over, and clears this */
	u64 frozen_at;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct state);
} state SEC(".maps");

enum rule_kind { RULE_NONE, RULE_ERROR, RULE_SYSCALL, RULE_SIGNAL, RULE_BLOCKED, RULE_QUEUED, RULE_EXIT, RULE_PROBE };
#define RULES 16
#define SYSCALLS 512
struct rule {
	u32 kind;
	u32 subject; /* number of the system call, or of the probe's event */
	s64 low, high; /* of the result, errno, signal or exit status: fires inside, or outside when inverted */
	u64 min_ns;
	u32 inverted;
	u32 at_once; /* turns the sets over here */
};
struct settings {
	u32 cpus;
	u32 region; /* records of a region */
	u32 all_syscalls;
	u32 any_scope; /* 1: rules look at the whole machine */
	u64 slow_ns; /* system calls at least this long are recorded */
	u64 kinds;   /* bit n: there is a rule of kind n; most programs have none to look for */
	struct rule rules[RULES];
	u16 syscall_rules[SYSCALLS]; /* bit n: rule n is about this system call */
};
volatile struct settings settings SEC(".data.flight") = { .cpus = 1, .region = 1 };

struct fired {
	u64 time;
	u32 rule;
	u32 tid, tgid;
	s32 value;
	u64 duration;
	char comm[16];
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} fired SEC(".maps");

/* A rule that fires in a storm is counted, not sent: so many a second and rule. */
#define FIRES_PER_SEC 100
struct allowance {
	u64 second;
	u64 used, untold;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RULES);
	__type(key, u32);
	__type(value, struct allowance);
} allowances SEC(".maps");

/* System calls: what a thread is in. */
struct call {
	u64 entered_at;
	u64 first_argument;
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct call);
} calls SEC(".maps");

/*
 * Threads off their CPU, by the lower bits of their id: an array is looked up without a call, and calls are what programs at every switch
 * cost most. Two threads of one place that sleep at the same time: the later one is in `others`.
 */
#define SLEEPERS 65536
struct sleep {
	u64 off_at, wake_at;
	u64 user_stack_at;
	u64 stack_place; /* the call it was in then, and on what */
	u32 tid;
	u32 state;
	u32 waker;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLEEPERS);
	__type(key, u32);
	__type(value, struct sleep);
} sleeps SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sleep);
} others SEC(".maps");

/*
 * Stacks cost most of what an armed recorder costs: the longest waits get them, as many as there is time for. A CPU that took too many in a
 * period asks for waits twice as long in the next, one that took few for shorter ones again.
 */
#define PERIOD_SHIFT 24	       /* 17 ms */
#define STACKS_PER_PERIOD 8    /* with 2 us each: 0.1 % of a CPU; of each of the two kinds */
#define FUTEX_STACKS_PER_PERIOD 64 /* who waits for a lock matters */
#define LONGEST_NS 1000000000ull
struct stack_budget {
	u64 period;
	u64 least_ns; /* only waits at least this long; 0: control.lazy_ns */
	u32 waits, sleepers; /* stacks of waits that are over, of threads about to sleep */
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct stack_budget);
} stack_budgets SEC(".maps");

struct span_key {
	u32 tid, event;
};
MAP_OF(spans, struct span_key, u64, 16384);

/* Block requests on their way. */
MAP_OF(requests, u64, u64, 16384);

/* The next place, to be filled in; what is not finished when the set is read has no type. */
static __always_inline struct record *next_record(u64 now, struct task_struct *task)
{
	u32 zero = 0, cpu = bpf_get_smp_processor_id();
	struct state *current = bpf_map_lookup_elem(&state, &zero);
	if (!current)
		return 0;
	u32 set = current->active & 1;
	u64 *head = bpf_map_lookup_elem(&heads, &set);
	if (!head || !settings.region)
		return 0;
	u32 place = __sync_fetch_and_add(head, 1) % settings.region;
	u32 index = (set * settings.cpus + cpu) * settings.region + place;
	struct record *record = bpf_map_lookup_elem(&records, &index);
	if (!record)
		return 0;
	record->type = 0;
	barrier();
	record->time = now;
	record->cpu = cpu;
	record->tid = task->pid;
	record->tgid = task->tgid;
	return record;
}

static __always_inline void finish_record(struct record *record, u16 type)
{
	barrier();
	record->type = type;
}

/* Of a thread that is off its CPU; 0 for one that we never saw leave. */
static __always_inline struct sleep *sleep_of(struct task_struct *task)
{
	u32 place = task->pid & (SLEEPERS - 1);
	struct sleep *sleep = bpf_map_lookup_elem(&sleeps, &place);
	if (!sleep || sleep->tid != task->pid)
		sleep = bpf_task_storage_get(&others, task, 0, 0);
	return sleep && sleep->off_at ? sleep : 0;
}

static __always_inline struct stack_budget *current_budget(u64 now)
{
	u32 zero = 0;
	struct stack_budget *budget = bpf_map_lookup_elem(&stack_budgets, &zero);
	if (!budget)
		return 0;
	u64 passed = (now >> PERIOD_SHIFT) - budget->period;
	if (!passed)
		return budget;
	if (budget->waits >= STACKS_PER_PERIOD && passed == 1) {
		if (budget->least_ns < LONGEST_NS)
			budget->least_ns *= 2;
	} else if (budget->waits < STACKS_PER_PERIOD / 2 || passed > 1) {
		budget->least_ns >>= passed > 31 ? 31 : passed;
	}
	if (budget->least_ns < control.lazy_ns)
		budget->least_ns = control.lazy_ns;
	budget->period += passed;
	budget->waits = 0;
	budget->sleepers = 0;
	return budget;
}

/* Whether a wait is worth a stack; one that is far longer than the others always is. */
static __always_inline bool is_long(u64 now, u64 waited)
{
	if (waited < control.lazy_ns)
		return 0;
	struct stack_budget *budget = current_budget(now);
	if (!budget || waited < budget->least_ns)
		return 0;
	if (budget->waits >= STACKS_PER_PERIOD && waited < 16 * budget->least_ns)
		return 0;
	budget->waits++;
	return 1;
}

/* For a thread that leaves its CPU. */
static __always_inline struct sleep *new_sleep(struct task_struct *task)
{
	u32 place = task->pid & (SLEEPERS - 1);
	struct sleep *sleep = bpf_map_lookup_elem(&sleeps, &place);
	if (!sleep || (sleep->tid != task->pid && sleep->off_at))
		return bpf_task_storage_get(&others, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (sleep->tid != task->pid) {
		sleep->tid = task->pid;
		sleep->user_stack_at = 0;
		sleep->stack_place = 0;
	}
	return sleep;
}

static __always_inline bool is_watched(u32 tgid)
{
	return settings.any_scope ? tgid != control.self_tgid : in_scope(tgid);
}

static __always_inline void freeze(u64 now)
{
	u32 zero = 0;
	struct state *current = bpf_map_lookup_elem(&state, &zero);
	if (!current || !__sync_val_compare_and_swap(&current->armed, 1, 0))
		return;
	current->frozen_at = now;
	__sync_fetch_and_add(&current->active, 1);
}

static __always_inline void fire(u32 index, struct task_struct *task, s64 value, u64 duration)
{
	u64 now = bpf_ktime_get_ns(), second = now / 1000000000;
	struct allowance *allowance = bpf_map_lookup_elem(&allowances, &index);
	if (!allowance)
		return;
	if (allowance->second != second) {
		allowance->second = second;
		allowance->used = 0;
	}
	if (allowance->used >= FIRES_PER_SEC) {
		__sync_fetch_and_add(&allowance->untold, 1);
		return;
	}
	__sync_fetch_and_add(&allowance->used, 1);
	if (index < RULES && settings.rules[index].at_once)
		freeze(now);
	struct fired *event = bpf_ringbuf_reserve(&fired, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&allowance->untold, 1);
		return;
	}
	event->time = now;
	event->rule = index;
	event->tid = task->pid;
	event->tgid = task->tgid;
	event->value = value;
	event->duration = duration;
	bpf_probe_read_kernel(event->comm, sizeof(event->comm), task->comm);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline bool matches(u32 index, s64 value, u64 duration)
{
	if (index >= RULES || duration < settings.rules[index].min_ns)
		return 0;
	bool inside = value >= settings.rules[index].low && value <= settings.rules[index].high;
	return inside != !!settings.rules[index].inverted;
}

static __always_inline void fire_kind(u32 kind, u32 subject, struct task_struct *task, s64 value, u64 duration)
{
	if (!(settings.kinds >> kind & 1))
		return;
	for (u32 index = 0; index < RULES; index++) {
		if (settings.rules[index].kind != kind || settings.rules[index].subject != subject)
			continue;
		if (matches(index, value, duration))
			fire(index, task, value, duration);
	}
}

/* Number and first argument of the system call a thread is in lie on top of its kernel stack. */
static __always_inline s64 syscall_of(struct task_struct *task, u64 *first)
{
	if (task->flags & PF_KTHREAD)
		return -1;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
	*first = regs->di;
	s64 number = (s64)regs->orig_ax;
	if (task->thread_info.status & 2) /* TS_COMPAT: a 32-bit call has other numbers */
		return -1;
#else
	*first = regs->orig_x0;
	s64 number = regs->syscallno;
#endif
	return number >= 0 && number < SYSCALLS ? number : -1;
}

static __always_inline u64 futex_operation(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
	return regs->si & 127;
#else
	return regs->regs[1] & 127;
#endif
}

/*
 * The user's stack of the running thread, which costs some microseconds: at most one in user_stack_ns, and in ten times as long where it
 * sleeps in the same call on the same object again, and no more than the budget has. Another futex than before does not wait so long.
 */
static __always_inline u64 own_stack(void *context, struct sleep *sleep, u64 now, u64 place)
{
	u64 since = now - sleep->user_stack_at;
	bool is_futex = place >> 48 == control.futex_nr + 1;
	if (place == sleep->stack_place ? since < 10 * control.user_stack_ns : since < control.user_stack_ns && !is_futex)
		return STACK_NOT_SAMPLED;
	struct stack_budget *budget = current_budget(now);
	if (!budget || budget->sleepers >= (is_futex ? FUTEX_STACKS_PER_PERIOD : STACKS_PER_PERIOD))
		return STACK_NOT_SAMPLED;
	budget->sleepers++;
	sleep->user_stack_at = now;
	sleep->stack_place = place;
	return current_stack(context, BPF_F_USER_STACK, 0);
}

enum { TASK_NOLOAD = 0x400 };

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	u64 now = bpf_ktime_get_ns(), first = 0, stack = STACK_NONE;
	u32 task_state = preempt ? 0 : prev_state;
	s64 number = -1;
	u64 place = task_state;
	if (prev->pid) {
		struct sleep *sleep = new_sleep(prev);
		number = syscall_of(prev, &first);
		if (number >= 0 && number == control.futex_nr)
			place |= futex_operation(prev) << 48;
		if (BPF_CORE_READ_BITFIELD(prev, in_iowait))
			place |= 1ull << 30;
		if (prev->flags & PF_KTHREAD)
			place |= 1ull << 31;
		if (sleep) {
			sleep->off_at = task_state & TASK_DEAD ? 0 : now;
			sleep->wake_at = task_state ? 0 : now;
			sleep->waker = 0;
			sleep->state = task_state;
			if (prev->mm && !(prev->flags & PF_KTHREAD))
				stack = own_stack(ctx, sleep, now, (u64)(number + 1) << 48 | (first & 0xffffffffffff));
		}
	}
	struct record *record = next_record(now, prev);
	if (record) {
		record->other = next->pid;
		record->argument = first;
		record->value = place | (u64)(number + 1) << 32;
		record->stack = stack;
		finish_record(record, SWITCH);
	}
	struct sleep *sleep = next->pid ? sleep_of(next) : 0;
	if (!sleep)
		return 0;
	u64 ready = sleep->wake_at ? sleep->wake_at : now, off = now - sleep->off_at, queued = now - ready;
	if (settings.kinds & (1 << RULE_BLOCKED | 1 << RULE_QUEUED) && is_watched(next->tgid)) {
		if ((sleep->state & TASK_UNINTERRUPTIBLE) && !(sleep->state & TASK_NOLOAD))
			fire_kind(RULE_BLOCKED, 0, next, 0, ready - sleep->off_at);
		fire_kind(RULE_QUEUED, 0, next, 0, queued);
	}
	u64 blocked = ready - sleep->off_at;
	if (sleep->state && is_long(now, sleep->state & TASK_UNINTERRUPTIBLE ? blocked * 8 : blocked)) {
		u64 kernel_stack = task_stack(next, 0);
		record = next_record(now, next);
		if (record) {
			record->other = sleep->waker;
			record->argument = off;
			record->value = queued;
			record->stack = kernel_stack;
			finish_record(record, SLEPT);
		}
	}
	sleep->off_at = 0;
	return 0;
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	struct sleep *sleep = sleep_of(task);
	if (!sleep || sleep->wake_at)
		return 0;
	u64 now = bpf_ktime_get_ns(), stack = STACK_NONE;
	struct task_struct *current = bpf_get_current_task_btf();
	bool by_thread = !in_interrupt(ctx, current);
	sleep->wake_at = now;
	sleep->waker = by_thread ? current->pid : 0;
	if (by_thread && current->mm && is_long(now, now - sleep->off_at))
		stack = current_stack(ctx, BPF_F_USER_STACK, 1);
	struct record *record = next_record(now, task);
	if (record) {
		record->other = sleep->waker;
		record->argument = by_thread ? current->tgid : 0;
		record->value = 0;
		record->stack = stack;
		finish_record(record, WAKING);
	}
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!is_watched(task->tgid))
		return 0;
	struct call *call = bpf_task_storage_get(&calls, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (call) {
		call->entered_at = bpf_ktime_get_ns();
		syscall_of(task, &call->first_argument);
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_leave, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!is_watched(task->tgid))
		return 0;
	struct call *call = bpf_task_storage_get(&calls, task, 0, 0);
	u64 now = bpf_ktime_get_ns(), ignored = 0;
	u64 took = call && call->entered_at ? now - call->entered_at : 0;
	bool failed = result < 0 && result >= -4095;
	s64 number = syscall_of(task, &ignored);
	if (number < 0)
		return 0;
	u16 mask = number < SYSCALLS ? settings.syscall_rules[number] : 0;
	if (failed || took >= settings.slow_ns || settings.all_syscalls || mask) { /* those with a rule: healthy ones are controls */
		struct record *record = next_record(now, task);
		if (record) {
			record->other = number;
			record->argument = call ? call->first_argument : 0;
			record->value = took;
			record->stack = result;
			finish_record(record, SYSCALL);
		}
	}
	if (!mask)
		return 0;
	if (failed)
		fire_kind(RULE_ERROR, number, task, -result, took);
	fire_kind(RULE_SYSCALL, number, task, result, took);
	return 0;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct task_struct *task)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct record *record = next_record(bpf_ktime_get_ns(), task);
	if (record) {
		record->other = signal;
		record->argument = current->pid;
		record->value = current->tgid;
		record->stack = STACK_NONE;
		finish_record(record, SIGNAL);
	}
	if (is_watched(task->tgid))
		fire_kind(RULE_SIGNAL, 0, task, signal, 0);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	inherit_target(parent, child);
	struct record *record = next_record(bpf_ktime_get_ns(), parent);
	if (record) {
		record->other = child->pid;
		record->argument = child->tgid;
		record->value = 0;
		record->stack = STACK_NONE;
		finish_record(record, FORK);
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	struct record *record = next_record(bpf_ktime_get_ns(), task);
	if (record) {
		record->other = 0;
		bpf_probe_read_kernel(&record->argument, 16, task->comm);
		record->stack = STACK_NONE;
		finish_record(record, EXEC);
	}
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	u32 tgid = task->tgid, status = task->exit_code;
	struct record *record = next_record(bpf_ktime_get_ns(), task);
	if (record) {
		record->other = 0;
		record->argument = status;
		record->value = 0;
		record->stack = STACK_NONE;
		finish_record(record, EXIT);
	}
	if (task->pid != task->tgid)
		return 0;
	if (is_watched(tgid)) /* as a shell has it: 128 + signal for those that were killed */
		fire_kind(RULE_EXIT, 0, task, status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff, 0);
	if (control.scope)
		bpf_map_delete_elem(&targets, &tgid);
	return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *request)
{
	u64 id = (u64)request, now = bpf_ktime_get_ns();
	bpf_map_update_elem(&requests, &id, &now, BPF_ANY);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *request, s32 error, unsigned int done_bytes)
{
	u64 id = (u64)request, now = bpf_ktime_get_ns();
	u64 *since = bpf_map_lookup_elem(&requests, &id);
	if (!since || done_bytes < request->__data_len)
		return 0;
	struct record *record = next_record(now, bpf_get_current_task_btf());
	if (record) {
		record->other = device_of(request);
		record->argument = (u64)(request->cmd_flags & 0xff) << 32 | done_bytes;
		record->value = now - *since;
		record->stack = STACK_NONE;
		finish_record(record, BLOCK);
	}
	bpf_map_delete_elem(&requests, &id);
	return 0;
}

/* The timer. */
SEC("perf_event")
int on_sample(void *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!task->pid || task->tgid == control.self_tgid)
		return 0;
	u64 kernel_stack = current_stack(context, 0, 1);
	u64 user_stack = task->mm ? current_stack(context, BPF_F_USER_STACK, 1) : STACK_NONE;
	struct record *record = next_record(bpf_ktime_get_ns(), task);
	if (record) {
		record->other = 0;
		record->argument = kernel_stack;
		record->value = 0;
		record->stack = user_stack;
		finish_record(record, SAMPLE);
	}
	return 0;
}

/* What the user adds. The cookie: number of the event, and what it is in a span. */
enum { PROBE_POINT, PROBE_BEGIN, PROBE_END };
static __always_inline void keep_probe(u64 cookie, u64 argument)
{
	u64 now = bpf_ktime_get_ns(), took = 0;
	u32 event = cookie & 0xffff, role = cookie >> 16 & 3;
	struct task_struct *task = bpf_get_current_task_btf();
	struct span_key key = { .tid = task->pid, .event = event };
	if (!is_watched(task->tgid))
		return;
	if (role == PROBE_BEGIN) {
		if (bpf_map_update_elem(&spans, &key, &now, BPF_ANY))
			count(LOST_STARTS);
	} else if (role == PROBE_END) {
		u64 *since = bpf_map_lookup_elem(&spans, &key);
		if (!since) {
			count(UNMATCHED);
			return;
		}
		took = now - *since;
		bpf_map_delete_elem(&spans, &key);
	}
	struct record *record = next_record(now, task);
	if (record) {
		record->other = event | role << 16;
		record->argument = argument;
		record->value = took;
		record->stack = STACK_NONE;
		finish_record(record, PROBE);
	}
	if (role != PROBE_BEGIN)
		fire_kind(RULE_PROBE, event, task, (s32)argument, took);
}

SEC("kprobe")
int on_probe(struct pt_regs *regs)
{
	u64 cookie = bpf_get_attach_cookie(regs);
#if defined(__TARGET_ARCH_x86)
	u64 result = regs->ax, first = regs->di;
	barrier_var(result); /* both are read: the verifier wants constant offsets */
	barrier_var(first);
	keep_probe(cookie, cookie >> 18 & 1 ? result : first);
#else
	keep_probe(cookie, regs->regs[0]);
#endif
	return 0;
}

/* 1 and not 0, which would hide the event from everybody else's perf. */
SEC("tracepoint")
int on_tracepoint(void *context)
{
	keep_probe(bpf_get_attach_cookie(context), 0);
	return 1;
}

SEC("perf_event")
int on_watchpoint(void *context)
{
	keep_probe(bpf_get_attach_cookie(context), 0);
	return 1;
}
