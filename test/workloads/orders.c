/* Places 2000 orders: a function, a static probe and a system call for each, a millisecond apart. */

#include <stdio.h>
#include <unistd.h>

/* A static probe as sys/sdt.h writes it: usdt:shop:order. */
#define PROBE                                                                                                          \
	__asm__ volatile("990: nop\n.pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n.4byte 992f-991f, 994f-993f, 3\n" \
			 "991: .asciz \"stapsdt\"\n992: .balign 4\n993: .8byte 990b, 0, 0\n"                                \
			 ".asciz \"shop\"\n.asciz \"order\"\n.asciz \"\"\n994: .balign 4\n.popsection\n")

static volatile long orders;

__attribute__((noinline)) void place_order(void)
{
	PROBE;
	orders++;
}

int main(void)
{
	for (int order = 0; order < 2000; order++) {
		usleep(1000);
		place_order();
	}
	return 0;
}
