/* The guest's PID 1: from the kernel's first process to the program the host names, and back to power-off. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "boot.h"
#include "channel.h"
#include "guest.h"
#include "session.h"
#include "start.h"

static void say_why(const char *text, size_t length)
{
	if (!channel_is_open() || !channel_drain(2000))
		return;
	channel_send(FRAME_ERROR, 0, text, length);
	channel_drain(2000);
	/* The host ends us when it has read this; were we faster, the port's last bytes would be lost. */
	sleep_ms(2000);
}

int main(void)
{
	struct start start;
	uint8_t version[4];

	if (getpid() != 1) {
		dprintf(2, "this is the init of a SourceOS machine: it runs as process 1 there and nowhere else\n");
		return 125;
	}
	signal(SIGPIPE, SIG_IGN);
	last_words = say_why;
	boot();
	channel_open();
	put_u32(version, PROTOCOL_VERSION);
	channel_send(FRAME_READY, 0, version, sizeof version);
	receive_start(&start);
	apply_start(&start);
	run_session(&start);
}
