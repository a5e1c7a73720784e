/* What all parts of process 1 use: how it ends, waits, reads numbers and makes folders. */
#include "guest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

jmp_buf *way_back;
void (*last_words)(const char *text, size_t length);

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
	char text[1024];
	va_list values;

	if (way_back != NULL)
		longjmp(*way_back, 1);

	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	dprintf(2, "sourceos init: %s\n", text);
	if (last_words != NULL) {
		/* Saying them may fail in turn. */
		void (*say)(const char *text, size_t length) = last_words;

		last_words = NULL;
		say(text, strlen(text));
	}
	power_off();
}

bool make_folders(const char *path, mode_t mode)
{
	char buffer[4096];
	size_t length = strlen(path);
	struct stat found;

	if (length == 0 || length >= sizeof buffer) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(buffer, path, length + 1);
	for (char *at = buffer + 1;; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		char end = *at;
		*at = '\0';
		if (mkdir(buffer, mode) != 0 && errno != EEXIST)
			return false;
		*at = end;
		if (end == '\0')
			break;
	}
	if (stat(path, &found) != 0)
		return false;
	if (!S_ISDIR(found.st_mode)) {
		errno = ENOTDIR;
		return false;
	}
	return true;
}
