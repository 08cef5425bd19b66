import { expect, test } from 'vitest'
import { parseTraceFormat } from './trace-format.ts'

const text = `name: sched_switch
ID: 316
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;

	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
	field:__data_loc char[] cmd;	offset:60;	size:4;	signed:0;
	field:const struct __kernel_timespec * utime;	offset:40;	size:8;	signed:0;

print fmt: "prev_comm=%s offset:9; size:1;", REC->prev_comm
`

test('fields have the place the kernel says', () => {
  const format = parseTraceFormat(text)
  expect(format?.id).toBe(316)
  expect(Object.fromEntries(format?.fields ?? [])).toEqual({
    common_type: { offset: 0, sizeBytes: 2 },
    prev_comm: { offset: 8, sizeBytes: 16 },
    cmd: { offset: 60, sizeBytes: 4 },
    utime: { offset: 40, sizeBytes: 8 },
  })
})

test('without an id it is no tracepoint', () => {
  expect(parseTraceFormat('name: x\n')).toBeUndefined()
})
