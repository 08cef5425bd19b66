#pragma once
#include "topic.h"

/* include/trace/events/lock.h; a mutex announces its spinning and its sleeping apart. */
enum { LCB_F_SPIN = 1, LCB_F_READ = 2, LCB_F_WRITE = 4, LCB_F_RT = 8, LCB_F_PERCPU = 16, LCB_F_MUTEX = 32 };

/* The low three bits of an owner are flags: kernel/locking/mutex.h, kernel/locking/rwsem.c. */
static __always_inline u32 owner_of(void *lock, u32 flags)
{
	long owner = 0;
	if (flags & LCB_F_MUTEX)
		owner = BPF_CORE_READ((struct mutex *)lock, owner.counter);
	else if ((flags & (LCB_F_READ | LCB_F_WRITE)) && !(flags & (LCB_F_SPIN | LCB_F_PERCPU | LCB_F_RT)))
		owner = BPF_CORE_READ((struct rw_semaphore *)lock, owner.counter);
	struct task_struct *task = (void *)(owner & ~7L);
	return task ? BPF_CORE_READ(task, pid) : 0;
}
