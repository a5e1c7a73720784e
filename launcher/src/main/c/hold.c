/* Programs that stand still: saved after their start, restored, and let go on when what must differ has been set. */
#include "hold.h"
#include "guest.h"
#include "start.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20
#define STOP_MS 5000
/* In the flags of /proc/PID/stat. */
#define KERNEL_THREAD 0x00200000u
#define LISTENING 0x0a

static struct {
	bool wanted;
	uint8_t kind;
	uint32_t value;
	uint64_t quiet_since;
} hold;

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool hold_ask(const struct frame *frame)
{
	if (frame->length != 5 || frame->payload[0] > HOLD_IDLE)
		return false;
	hold.wanted = true;
	hold.kind = frame->payload[0];
	hold.value = get_u32(frame->payload + 1);
	hold.quiet_since = now_ms();
	return true;
}

int hold_timeout(int otherwise)
{
	return hold.wanted && (otherwise < 0 || otherwise > LOOK_MS) ? LOOK_MS : otherwise;
}

void hold_heard(void)
{
	hold.quiet_since = now_ms();
}

/* Whether a process of the programs is in none of these states. */
static bool any_process_not_in(const char *states)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	bool found = false;

	while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
		char path[300], text[512];
		unsigned int flags = 0;
		char state = '\0';
		const char *end;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || strcmp(entry->d_name, "1") == 0)
			continue;
		snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		ssize_t n = read(fd, text, sizeof text - 1);
		close(fd);
		if (n <= 0)
			continue;
		text[n] = '\0';
		/* The name stands in parentheses and may have any in it. */
		end = strrchr(text, ')');
		if (end == NULL || sscanf(end + 1, " %c %*d %*d %*d %*d %*d %u", &state, &flags) != 2)
			continue;
		found = !(flags & KERNEL_THREAD) && strchr(states, state) == NULL;
	}
	if (folder != NULL)
		closedir(folder);
	return found;
}

static bool listens(const char *table, unsigned int wanted)
{
	char line[256];
	bool found = false;
	FILE *file = fopen(table, "re");

	while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
		unsigned int port = 0, state = 0;

		if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x", &port, &state) == 2)
			found = port == wanted && state == LISTENING;
	}
	if (file != NULL)
		fclose(file);
	return found;
}

bool hold_is_due(void)
{
	if (!hold.wanted)
		return false;
	if (hold.kind == HOLD_PORT)
		return listens("/proc/net/tcp", hold.value) || listens("/proc/net/tcp6", hold.value);
	if (hold.kind == HOLD_IDLE) {
		if (any_process_not_in("STZX"))
			hold.quiet_since = now_ms();
		return now_ms() - hold.quiet_since >= hold.value;
	}
	return true;
}

void hold_programs(void)
{
	hold.wanted = false;
	if (kill(-1, SIGSTOP) != 0 && errno != ESRCH)
		fail("cannot stop the programs: %s", strerror(errno));
	/* A signal is on its way first: one that has not arrived would arrive in each restored machine. */
	for (int waited = 0; any_process_not_in("TZX"); waited++) {
		if (waited >= STOP_MS)
			fail("the programs did not stop within %d s", STOP_MS / 1000);
		sleep_ms(1);
	}
	hold_names();
}

void continue_programs(const struct frame *frame, void (*resize_terminal)(uint16_t rows, uint16_t columns))
{
	struct start news;

	memset(&news, 0, sizeof news);
	if (!append_start(&news, frame))
		fail("the host sent a CONTINUE of several frames");
	parse_records(&news);
	apply_news(&news);
	if (news.terminal)
		resize_terminal(news.rows, news.columns);
	if (kill(-1, SIGCONT) != 0 && errno != ESRCH)
		fail("cannot let the programs go on: %s", strerror(errno));
	free_start(&news);
}
