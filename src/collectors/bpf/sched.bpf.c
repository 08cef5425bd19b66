/*
 * Where threads spend their time when they don't run, and who ends their waits.
 *
 * One record per thread holds its state since when, and the time per state so far: it is read, never reset, so that the
 * states of a thread sum to the wall clock exactly. Waits that ended are summed by thread, system call, stacks and
 * waker in a pair of maps, waits for a CPU by thread and occupant in another; where there is a target, only its own, and
 * those of processes it waits for, which are found out here.
 *
 *   switch-out            waking             switch-in
 *   ──────┬──────────────────┬───────────────────┬──────
 *         │      wait        │    run queue      │  running
 */
#define STACKS 16384
#include "stack.h"
#include "interrupt.h"
#include "file.h"

/* Layouts known to decode-sched.ts. */
enum state { RUNNING, WOKEN, PREEMPTED, THROTTLED, BLOCKED, BLOCKED_IO, STATES, DEAD = STATES };
enum { TASK_NOLOAD = 0x400 }; /* include/linux/sched.h */
enum { KERNEL_THREAD = 1, IN_IOWAIT = 2, SAMPLED = 4, NEW = 8 };
enum waker_kind { WAKER_UNKNOWN, WAKER_THREAD, WAKER_INTERRUPT, WAKER_FORK };

/* What the thread was doing when it stopped running. */
struct place {
	s16 syscall; /* -1: none */
	u16 task_state;
	u16 futex_op;
	u8 flags;
	u8 waker_kind;
	u64 argument; /* futex: address; else a descriptor + 1, where the first argument looks like one */
};

struct thread {
	u32 finished; /* differs from begun while the record is being written; read first */
	u32 tgid;
	u64 since;
	u32 state;
	u32 occupant; /* who got the CPU when it was preempted */
	u64 ns[STATES];
	u64 start_time;
	u64 switches;
	u64 folded_ns, folded; /* waits without a row, because the map was full */
	u64 off_at, wake_at;   /* the wait that is going on; 0: none, or none that is told in detail */
	struct place place;
	u64 user_stack, waker_stack, user_stack_at;
	u64 file; /* of the call it waits in: a key of files */
	u32 waker_tid, waker_tgid;
	u32 turn;
	char comm[16];
	u32 begun; /* read last */
};
MAP_OF(threads, u32, struct thread, 16384);

struct wait_key {
	u32 tgid, tid;
	u32 waker_tgid, waker_tid;
	struct place place;
	u64 kernel_stack, user_stack, waker_stack;
	u64 file; /* a key of files; 0: none */
};
/* Ten thousand threads with rows of their own would cost more to read than they tell: what finds no room is a sum of its thread. */
PAIR(waits, struct wait_key, struct times, 8192)

struct queue_key {
	u32 tgid, tid;
	u32 state;
	u32 occupant; /* thread that ran instead, where rows are coarse its process; 0: none, the CPU was idle */
	u32 allowed;  /* CPUs it may run on */
	u32 reserved;
};
PAIR(queues, struct queue_key, struct times, 8192)

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct thread);
} blank SEC(".maps");

/* Who had a CPU last, and the thread that we saw taking it. 0: it was idle. */
#define RUNS 8 /* a power of two */
struct cpu {
	u32 tid;
	u32 last; /* index of the newest run; counts on */
	struct run {
		u64 since;
		u32 occupant;
		u32 reserved;
	} runs[RUNS];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct cpu);
} on_cpu SEC(".maps");

static __always_inline void begin(struct thread *thread)
{
	*(volatile u32 *)&thread->begun += 1;
	barrier();
}

static __always_inline void finish(struct thread *thread)
{
	barrier();
	*(volatile u32 *)&thread->finished += 1;
}

static __always_inline void change(struct thread *thread, u32 state, u64 now)
{
	u32 was = thread->state;
	if (now > thread->since) {
		if (was < STATES)
			thread->ns[was] += now - thread->since;
		thread->since = now;
	}
	thread->state = state;
}

static __always_inline struct thread *new_thread(struct task_struct *task, u32 state, u64 now)
{
	u32 zero = 0, tid = task->pid;
	struct thread *fresh = bpf_map_lookup_elem(&blank, &zero);
	if (!fresh)
		return 0;
	fresh->tgid = task->tgid;
	fresh->since = now;
	fresh->state = state;
	fresh->start_time = task->start_time;
	fresh->off_at = 0;
	fresh->place.syscall = -1;
	fresh->place.flags = NEW | (task->flags & PF_KTHREAD ? KERNEL_THREAD : 0);
	bpf_probe_read_kernel(fresh->comm, sizeof(fresh->comm), task->comm);
	bpf_map_update_elem(&threads, &tid, fresh, BPF_NOEXIST);
	struct thread *thread = bpf_map_lookup_elem(&threads, &tid);
	if (!thread)
		count(LOST_THREADS);
	return thread;
}

/* The thread's record, made when it is in scope and has none. A record of a dead thread of the same id is taken over. */
static __always_inline struct thread *thread_of(struct task_struct *task, u32 state, u64 now)
{
	u32 tid = task->pid;
	struct thread *thread = bpf_map_lookup_elem(&threads, &tid);
	if (thread) {
		if (thread->state != DEAD)
			return thread;
		if (thread->start_time == task->start_time)
			return 0;
		begin(thread);
		thread->start_time = task->start_time;
		thread->tgid = task->tgid;
		thread->off_at = 0;
		change(thread, state, now);
		finish(thread);
		return thread;
	}
	return in_scope(task->tgid) ? new_thread(task, state, now) : 0;
}

/* Number and arguments of the system call a thread is in lie on top of its kernel stack. */
static __always_inline void read_place(struct place *place, struct task_struct *task, u32 task_state)
{
	s64 number = -1;
	u64 first = 0, second = 0;
	u8 flags = task->flags & PF_KTHREAD ? KERNEL_THREAD : 0;
	if (BPF_CORE_READ_BITFIELD(task, in_iowait))
		flags |= IN_IOWAIT;
	if (!(flags & KERNEL_THREAD)) {
		struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
		number = (s64)regs->orig_ax;
		first = regs->di;
		second = regs->si;
		if (task->thread_info.status & 2) /* TS_COMPAT: a 32-bit call has other numbers */
			number = -1;
#else
		number = regs->syscallno;
		first = regs->orig_x0;
		second = regs->regs[1];
#endif
	}
	place->syscall = number >= 0 && number < 0x7fff ? number : -1;
	place->task_state = task_state;
	place->flags = flags;
	place->waker_kind = WAKER_UNKNOWN;
	place->futex_op = 0;
	place->argument = 0;
	if (number == control.futex_nr) {
		place->argument = first;
		place->futex_op = second & 127;
	} else if (number >= 0 && first < 65536) {
		place->argument = first + 1;
	}
}

static __always_inline bool is_throttled(struct task_struct *task)
{
	if (bpf_core_field_exists(task->throttled))
		return task->throttled;
	if (bpf_core_field_exists(struct cfs_rq, throttle_count)) {
		struct cfs_rq *queue = task->se.cfs_rq;
		return queue && BPF_CORE_READ(queue, throttle_count) > 0;
	}
	return 0;
}

/* What a thread waits for from now on. */
static __always_inline void begin_wait(void *context, struct thread *thread, struct task_struct *prev, u32 task_state, u64 now)
{
	thread->off_at = now;
	read_place(&thread->place, prev, task_state);
	thread->waker_tid = 0;
	thread->waker_tgid = 0;
	thread->waker_stack = STACK_NONE;
	thread->user_stack = STACK_NONE;
	thread->file = task_state & TASK_UNINTERRUPTIBLE ? file_of(prev, thread->place.argument) : 0;
	u32 every = control.stack_every;
	if (every <= 1 || thread->turn++ % every == 0)
		thread->place.flags |= SAMPLED;
	if (!prev->mm || thread->place.flags & KERNEL_THREAD)
		return;
	thread->user_stack = STACK_NOT_SAMPLED;
	if ((thread->place.flags & SAMPLED) && now - thread->user_stack_at >= control.user_stack_ns) {
		thread->user_stack_at = now;
		thread->user_stack = current_stack(context, BPF_F_USER_STACK, 0);
	}
}

static __always_inline u32 occupant_of(struct task_struct *task)
{
	return control.coarse ? task->tgid : task->pid;
}

static __always_inline void leave(void *context, struct task_struct *prev, struct task_struct *next, u32 task_state, u64 now)
{
	struct thread *thread = thread_of(prev, RUNNING, now);
	if (!thread)
		return;
	begin(thread);
	thread->switches += 1;
	thread->wake_at = 0;
	if (!task_state) {
		thread->occupant = occupant_of(next);
		thread->off_at = 0;
		change(thread, is_throttled(prev) ? THROTTLED : PREEMPTED, now);
	} else if (task_state & TASK_DEAD) {
		bpf_probe_read_kernel(thread->comm, sizeof(thread->comm), prev->comm);
		thread->off_at = 0;
		change(thread, DEAD, now);
	} else {
		thread->off_at = 0;
		if (in_detail(thread->tgid))
			begin_wait(context, thread, prev, task_state, now);
		change(thread, BPF_CORE_READ_BITFIELD(prev, in_iowait) ? BLOCKED_IO : BLOCKED, now);
	}
	finish(thread);
}

static __always_inline void close_wait(struct thread *thread, struct task_struct *next, u64 slept)
{
	struct wait_key key = {
		.tgid = thread->tgid,
		.tid = next->pid,
		.waker_tgid = thread->waker_tgid,
		.waker_tid = thread->waker_tid,
		.place = thread->place,
		.file = thread->file,
	};
	key.place.flags &= ~SAMPLED;
	u32 coarse = control.coarse;
	if (coarse && (coarse > 1 || slept < control.lazy_ns)) {
		key.place.argument = 0;
		key.waker_tid = 0;
		key.file = 0;
	} else if (slept >= control.lazy_ns) {
		key.user_stack = thread->user_stack;
		key.waker_stack = thread->waker_stack;
		key.kernel_stack = thread->place.flags & SAMPLED ? task_stack(next, 0) : STACK_NOT_SAMPLED;
	}
	struct times *row = waits_row(&key);
	if (row) {
		add_time(row, slept);
	} else {
		thread->folded_ns += slept;
		thread->folded += 1;
	}
}

/* Waits for a CPU from this long on are divided among those who had it. */
#define LONG_QUEUE_NS 500000

/*
 * Who had the CPU for most of the time in which a thread could have run: whoever took it may have been an instant of kernel
 * work, and the one before it came not the one who held it. What is before the runs that are known belongs to the taker.
 * Long waits are divided among all of them; as one wait they count for whom most of it was behind.
 */
static __always_inline void close_queue(struct thread *thread, struct task_struct *next, struct cpu *cpu, u64 now)
{
	struct queue_key key = { .tgid = thread->tgid, .tid = next->pid, .state = thread->state, .allowed = next->nr_cpus_allowed };
	u64 from = thread->since, end = now, longest = 0, whole = now > from ? now - from : 0;
	u32 occupant = thread->state == WOKEN ? cpu->runs[cpu->last & (RUNS - 1)].occupant : *(volatile u32 *)&thread->occupant;
	struct times *row;
	for (u32 back = 0; back < RUNS && end > from; back++) {
		struct run *run = &cpu->runs[(cpu->last - back) & (RUNS - 1)];
		u64 start = run->since > from ? run->since : from;
		u64 part = end > start ? end - start : 0;
		if (part > longest) {
			longest = part;
			key.occupant = run->occupant;
		}
		end = start;
	}
	if (end > from && end - from > longest)
		key.occupant = occupant;
	row = queues_row(&key);
	if (!row)
		return;
	add_time(row, whole);
	if (whole < LONG_QUEUE_NS)
		return;
	row->ns -= whole;
	end = now;
	for (u32 back = 0; back < RUNS && end > from; back++) {
		struct run *run = &cpu->runs[(cpu->last - back) & (RUNS - 1)];
		u64 start = run->since > from ? run->since : from;
		key.occupant = run->occupant;
		row = end > start ? queues_row(&key) : 0;
		if (row)
			row->ns += end - start;
		end = start;
	}
	key.occupant = occupant;
	row = end > from ? queues_row(&key) : 0;
	if (row)
		row->ns += end - from;
}

static __always_inline void enter(struct task_struct *next, struct cpu *cpu, u64 now)
{
	struct thread *thread = thread_of(next, RUNNING, now);
	if (!thread)
		return;
	u32 was = thread->state;
	if (thread->off_at) {
		u64 end = thread->wake_at ? thread->wake_at : now;
		if (!thread->wake_at)
			count(UNMATCHED);
		close_wait(thread, next, end > thread->off_at ? end - thread->off_at : 0);
	}
	if ((was == WOKEN || was == PREEMPTED || was == THROTTLED) && (thread->off_at || in_detail(thread->tgid)))
		close_queue(thread, next, cpu, now);
	begin(thread);
	thread->off_at = 0;
	thread->wake_at = 0;
	change(thread, RUNNING, now);
	finish(thread);
}

/*
 * A switch nobody showed us: the kernel skips programs while one runs already, and some kernels in processes they
 * protect. The thread that left is asleep since it came: its short run is lost, not stretched until it comes again. The
 * one that came ran since it was ready.
 */
static __always_inline void repair(struct task_struct *prev, struct cpu *cpu, u32 next_tid)
{
	u32 former = cpu->tid, prev_tid = prev->pid;
	cpu->tid = next_tid;
	if (former == prev_tid || !former)
		return;
	struct thread *gone = bpf_map_lookup_elem(&threads, &former);
	if (gone && gone->state == RUNNING) {
		begin(gone);
		gone->state = BLOCKED;
		gone->off_at = 0;
		finish(gone);
		count(LOST_STARTS);
	}
	struct thread *came = prev_tid ? bpf_map_lookup_elem(&threads, &prev_tid) : 0;
	if (came && (came->state == WOKEN || came->state == PREEMPTED)) {
		if (came->off_at && came->wake_at > came->off_at) {
			/* its stack is that of what it does now */
			came->place.flags &= ~SAMPLED;
			close_wait(came, prev, came->wake_at - came->off_at);
		}
		begin(came);
		came->state = RUNNING;
		finish(came);
	}
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	u64 now = bpf_ktime_get_ns();
	count(EVENTS);
	u32 zero = 0;
	struct cpu *cpu = bpf_map_lookup_elem(&on_cpu, &zero);
	if (!cpu)
		return 0;
	repair(prev, cpu, next->pid);
	if (prev->pid)
		leave(ctx, prev, next, preempt ? 0 : prev_state, now);
	if (next->pid)
		enter(next, cpu, now);
	cpu->last += 1;
	struct run *run = &cpu->runs[cpu->last & (RUNS - 1)];
	run->since = now;
	run->occupant = next->pid ? occupant_of(next) : 0;
	return 0;
}

/*
 * Stack of an interrupt that wakes somebody, and whether the running thread caused it: what it sends to a local socket
 * arrives in a soft interrupt that runs at once, when it enables them again.
 */
#define INTERRUPT_DEPTH 24
static __always_inline u64 interrupt_stack(void *context, bool *by_thread)
{
	struct stack *stack = scratch_stack(1);
	if (!stack)
		return STACK_FAILED;
	long bytes = bpf_get_stack(context, stack->address, INTERRUPT_DEPTH * 8, 3);
	u32 depth = bytes > 0 ? bytes >> 3 : 0;
	u64 first = control.bh_enable, end = control.bh_enable_end;
	u64 entry = control.interrupt_entry, entry_end = control.interrupt_entry_end;
	u32 kept = 12;
	for (u32 i = 0; i < INTERRUPT_DEPTH && first; i++) {
		if (i >= depth)
			break;
		u64 address = stack->address[i];
		if (address > first && address <= end)
			*by_thread = 1;
		if (i < kept && address > entry && address <= entry_end)
			kept = i + 1;
	}
	/* what was interrupted would only make the same wake-up look different each time */
	return keep_stack(stack, depth > kept ? kept * 8 : bytes);
}

/*
 * Processes a target waits for are told in detail too, up to three steps away. A kernel thread that waits for work is
 * woken by anybody.
 */
static __always_inline void follow(struct thread *waiter, u32 waker_tgid)
{
	u32 waiter_tgid = waiter->tgid;
	if (control.scope == MACHINE || waiter_tgid == waker_tgid || !waker_tgid || waker_tgid == control.self_tgid)
		return;
	u32 state = waiter->place.task_state;
	if ((waiter->place.flags & KERNEL_THREAD) && (!(state & TASK_UNINTERRUPTIBLE) || state & TASK_NOLOAD))
		return;
	if (bpf_map_lookup_elem(&targets, &waker_tgid))
		return;
	u32 *depth = bpf_map_lookup_elem(&targets, &waiter_tgid);
	if (!depth || *depth > 3)
		return;
	u32 next = *depth + 1;
	bpf_map_update_elem(&targets, &waker_tgid, &next, BPF_NOEXIST);
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	u32 tid = task->pid;
	struct thread *thread = bpf_map_lookup_elem(&threads, &tid);
	if (!thread || (thread->state != BLOCKED && thread->state != BLOCKED_IO))
		return 0;
	u64 now = bpf_ktime_get_ns();
	struct task_struct *current = bpf_get_current_task_btf();
	bool interrupt = in_interrupt(ctx, current), by_thread = 0;
	begin(thread);
	thread->wake_at = now;
	if (thread->off_at && now - thread->off_at >= control.lazy_ns) {
		if (!(thread->place.flags & SAMPLED))
			thread->waker_stack = STACK_NOT_SAMPLED;
		else if (interrupt)
			thread->waker_stack = interrupt_stack(ctx, &by_thread);
		else if (current->flags & PF_KTHREAD)
			thread->waker_stack = current_stack(ctx, 3, 1);
		if (by_thread)
			interrupt = 0;
		if (!interrupt && (thread->place.flags & SAMPLED) && !(current->flags & PF_KTHREAD))
			thread->waker_stack = current_stack(ctx, BPF_F_USER_STACK, 1);
	}
	if (thread->off_at && !interrupt)
		follow(thread, current->tgid);
	thread->place.waker_kind = interrupt ? WAKER_INTERRUPT : WAKER_THREAD;
	thread->waker_tid = interrupt ? 0 : current->pid;
	thread->waker_tgid = interrupt ? 0 : current->tgid;
	change(thread, WOKEN, now);
	finish(thread);
	return 0;
}

/* A new thread is runnable at once; sched_waking says nothing of it. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	inherit_target(parent, child);
	thread_of(child, WOKEN, bpf_ktime_get_ns());
	return 0;
}

/* A thread that executes a program takes its process's id, whatever it was before: fs/exec.c, de_thread. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, s32 old_tid)
{
	u32 tid = task->pid, old = old_tid;
	u64 now = bpf_ktime_get_ns();
	struct thread *former = bpf_map_lookup_elem(&threads, &old);
	if (former && old != tid) {
		begin(former);
		change(former, DEAD, now);
		finish(former);
	}
	struct thread *thread = bpf_map_lookup_elem(&threads, &tid);
	if (!thread)
		return 0;
	begin(thread);
	bpf_probe_read_kernel(thread->comm, sizeof(thread->comm), task->comm);
	if (thread->state == DEAD)
		change(thread, RUNNING, now);
	finish(thread);
	return 0;
}

/* The id of a process that ended may be used again by another. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	u32 tgid = task->tgid;
	if (control.scope != MACHINE && !task->signal->live.counter)
		bpf_map_delete_elem(&targets, &tgid);
	return 0;
}

/*
 * Run when recording starts, and again when there are more targets: records of the threads there are, in the state they
 * are in, and waits that go on. A thread may wake up while this looks at it; its wait is then one without length.
 */
SEC("iter/task")
int on_seed(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!task || !task->pid || !in_scope(task->tgid))
		return 0;
	u64 now = bpf_ktime_get_ns();
	u32 state = task->__state;
	if (task->on_cpu || !state) {
		new_thread(task, task->on_cpu ? RUNNING : WOKEN, now);
		return 0;
	}
	if (state & TASK_DEAD)
		return 0;
	bool waits_for_io = BPF_CORE_READ_BITFIELD(task, in_iowait);
	struct thread *thread = new_thread(task, waits_for_io ? BLOCKED_IO : BLOCKED, now);
	if (!thread || thread->off_at || (thread->state != BLOCKED && thread->state != BLOCKED_IO) || !in_detail(task->tgid))
		return 0;
	read_place(&thread->place, task, state);
	thread->place.flags |= NEW | SAMPLED;
	thread->user_stack = STACK_NONE;
	thread->off_at = now;
	return 0;
}
