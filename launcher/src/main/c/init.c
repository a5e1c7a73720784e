/* The guest's PID 1: from the kernel's first process to the program the host names, and back to power-off. */
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

jmp_buf *way_back;

void sleep_ms(long ms)
{
	struct timespec pause = { ms / 1000, (ms % 1000) * 1000000 };
	nanosleep(&pause, NULL);
}

uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

_Noreturn void power_off(void)
{
	/* There is no ACPI to switch off with: a reset ends QEMU, which was told not to reboot. */
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

_Noreturn void fail(const char *format, ...)
{
	static bool failing;
	char text[1024];
	va_list values;

	if (way_back != NULL)
		longjmp(*way_back, 1);

	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	dprintf(2, "sourceos init: %s\n", text);
	if (!failing && channel_is_open()) {
		failing = true;
		if (channel_drain(2000)) {
			channel_send(FRAME_ERROR, 0, text, strlen(text));
			channel_drain(2000);
			/* The host ends us when it has read this; were we faster, the port's last bytes would be lost. */
			sleep_ms(2000);
		}
	}
	power_off();
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
	boot();
	channel_open();
	put_u32(version, PROTOCOL_VERSION);
	channel_send(FRAME_READY, 0, version, sizeof version);
	receive_start(&start);
	apply_start(&start);
	run_session(&start);
}
