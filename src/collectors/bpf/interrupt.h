#pragma once
#include "topic.h"

/*
 * Whether we run in an interrupt. x86 has no readable preempt count (the __preempt_count symbol needs KALLSYMS_ALL):
 * interrupts that hit kernel code run on a stack of their own, and the context of this program lies on the stack in
 * use. Those that hit user code run on the thread's stack, but then the thread is in no system call; page faults that
 * wake somebody look the same, and are told apart by the waker's stack.
 */
static __always_inline bool in_interrupt(void *context, struct task_struct *current)
{
	if (!current->pid)
		return 1;
#if defined(__TARGET_ARCH_x86)
	u64 offset = (u64)context - (u64)current->stack;
	if (offset >= 32768)
		return 1;
	if (current->flags & PF_KTHREAD)
		return 0;
	return (s64)((struct pt_regs *)bpf_task_pt_regs(current))->orig_ax < 0;
#else
	return current->thread_info.preempt_count & 0xfff00; /* SOFTIRQ | HARDIRQ: include/linux/preempt.h */
#endif
}
