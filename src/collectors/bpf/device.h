#pragma once
#include "topic.h"

/* The device of a request: major << 20 | minor. */
static __always_inline u32 device_of(struct request *request)
{
	struct gendisk *disk = BPF_CORE_READ(request, q, disk);
	return disk ? BPF_CORE_READ(disk, major) << 20 | BPF_CORE_READ(disk, first_minor) : 0;
}
