/* The port: whole frames in both directions, never blocking, in memory of fixed size. */
#include "channel.h"
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PORT_WAIT_MS 5000
#define OUT_CAPACITY (256 * 1024)
#define IN_CAPACITY (FRAME_HEADER + FRAME_MAX_PAYLOAD)

static int port = -1;
static struct {
	uint8_t bytes[OUT_CAPACITY];
	size_t from, to;
} out;
static struct {
	uint8_t bytes[IN_CAPACITY];
	size_t from, to;
} in;

/* RESUME as it stands in the stream; found in it wherever it is, for a break may cut a frame in two. */
static uint8_t mark[FRAME_HEADER + MARK_BYTES];
static bool kept, lost_sync, resumed, held;
static uint64_t lost_bytes;

int channel_fd(void)
{
	return port;
}

bool channel_is_open(void)
{
	return port >= 0;
}

static bool open_named_port(void)
{
	char path[300], name[64];
	DIR *folder = opendir("/sys/class/virtio-ports");
	const struct dirent *entry;

	if (folder == NULL)
		return false;
	while (port < 0 && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", entry->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		ssize_t n = read(fd, name, sizeof name - 1);
		close(fd);
		if (n <= 0)
			continue;
		name[n] = '\0';
		name[strcspn(name, "\n")] = '\0';
		if (strcmp(name, PORT_NAME) == 0) {
			snprintf(path, sizeof path, "/dev/%.64s", entry->d_name);
			port = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		}
	}
	closedir(folder);
	return port >= 0;
}

bool channel_has_host(void)
{
	struct pollfd state = { port, 0, 0 };

	return poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0;
}

void channel_open(void)
{
	int waited = 0;

	/* The kernel asks the device for its ports while we run already: look until it is there. */
	for (; !open_named_port(); waited++) {
		if (waited >= PORT_WAIT_MS)
			fail("the virtio-serial port " PORT_NAME " did not appear; the kernel lacks CONFIG_VIRTIO_CONSOLE");
		sleep_ms(1);
	}
	for (; !channel_has_host(); waited++) {
		if (waited >= PORT_WAIT_MS)
			fail("nobody listens on the port " PORT_NAME);
		sleep_ms(1);
	}
}

size_t channel_room(void)
{
	size_t room = OUT_CAPACITY - (out.to - out.from);

	if (room <= FRAME_HEADER)
		return 0;
	room -= FRAME_HEADER;
	return room < FRAME_MAX_PAYLOAD ? room : FRAME_MAX_PAYLOAD;
}

uint8_t *channel_payload(void)
{
	if (out.from > 0) {
		memmove(out.bytes, out.bytes + out.from, out.to - out.from);
		out.to -= out.from;
		out.from = 0;
	}
	return out.bytes + out.to + FRAME_HEADER;
}

void channel_commit(uint8_t type, uint16_t session, size_t length)
{
	uint8_t *header = out.bytes + out.to;

	header[0] = type;
	header[1] = 0;
	header[2] = (uint8_t)session;
	header[3] = (uint8_t)(session >> 8);
	put_u32(header + 4, (uint32_t)length);
	out.to += FRAME_HEADER + length;
}

void channel_send(uint8_t type, uint16_t session, const void *payload, size_t length)
{
	if (lost_sync)
		return;
	if (channel_room() < length && !channel_drain(10000)) {
		if (!kept)
			power_off();
		channel_lose();
		return;
	}
	uint8_t *at = channel_payload();
	if (length > 0)
		memcpy(at, payload, length);
	channel_commit(type, session, length);
	if (!channel_flush()) {
		if (!kept)
			power_off();
		channel_lose();
	}
}

bool channel_pending(void)
{
	return out.to > out.from;
}

bool channel_flush(void)
{
	if (lost_sync)
		return true;
	while (out.to > out.from) {
		ssize_t n = write(port, out.bytes + out.from, out.to - out.from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		if (n == 0)
			return true;
		out.from += (size_t)n;
	}
	out.from = out.to = 0;
	return true;
}

bool channel_drain(int timeout_ms)
{
	if (lost_sync)
		return false;
	while (channel_flush()) {
		struct pollfd state = { port, POLLOUT, 0 };

		if (!channel_pending())
			return true;
		int n = poll(&state, 1, timeout_ms);
		if (n == 0 || (n < 0 && errno != EINTR) || (state.revents & POLLHUP) != 0)
			return false;
	}
	return false;
}

void channel_keep(const uint8_t *bytes)
{
	mark[0] = FRAME_RESUME;
	mark[1] = RESUME_FLAGS;
	mark[2] = (uint8_t)RESUME_SESSION;
	mark[3] = (uint8_t)(RESUME_SESSION >> 8);
	put_u32(mark + 4, MARK_BYTES);
	memcpy(mark + FRAME_HEADER, bytes, MARK_BYTES);
	kept = true;
}

bool channel_is_kept(void)
{
	return kept;
}

bool channel_is_synced(void)
{
	return !lost_sync;
}

void channel_count_lost(size_t bytes)
{
	lost_bytes += bytes;
}

void channel_lose(void)
{
	if (lost_sync)
		return;
	lost_sync = true;
	held = false;
	lost_bytes += out.to - out.from;
	out.from = out.to = 0;
	in.from = in.to = 0;
}

bool channel_was_resumed(void)
{
	bool was = resumed;

	resumed = false;
	return was;
}

void channel_greet(uint32_t running)
{
	uint8_t greeting[FRAME_HEADER + RESUMED_BYTES] = { FRAME_RESUMED };

	put_u32(greeting + 4, RESUMED_BYTES);
	memcpy(greeting + FRAME_HEADER, mark + FRAME_HEADER, MARK_BYTES);
	put_u32(greeting + FRAME_HEADER + MARK_BYTES, (uint32_t)lost_bytes);
	put_u32(greeting + FRAME_HEADER + MARK_BYTES + 4, (uint32_t)(lost_bytes >> 32));
	put_u32(greeting + FRAME_HEADER + MARK_BYTES + 8, running);
	lost_bytes = 0;
	/* There is room: whoever fills the buffer leaves some for answers. */
	memmove(out.bytes + sizeof greeting, out.bytes + out.from, out.to - out.from);
	memcpy(out.bytes, greeting, sizeof greeting);
	out.to = out.to - out.from + sizeof greeting;
	out.from = 0;
}

static void look_for_mark(void)
{
	const uint8_t *found = NULL, *next = in.bytes + in.from;
	size_t length = in.to - in.from;

	/* The last one: behind an earlier one is what its host said before the next came. */
	while ((next = memmem(next, (size_t)(in.bytes + in.to - next), mark, sizeof mark)) != NULL) {
		found = next;
		next += sizeof mark;
	}

	held = false;
	if (found != NULL) {
		/* A break that went by unseen: what waits to be sent may begin in the middle of a frame. */
		if (!lost_sync) {
			lost_bytes += out.to - out.from;
			out.from = out.to = 0;
		}
		in.from = (size_t)(found - in.bytes) + sizeof mark;
		lost_sync = false;
		resumed = true;
		return;
	}
	if (lost_sync) {
		if (length >= sizeof mark)
			in.from = in.to - (sizeof mark - 1);
		return;
	}
	/* The beginning of a mark, perhaps behind half a frame: nothing is believed before the rest is there. */
	for (size_t n = 3; n < sizeof mark && n <= length && !held; n++)
		held = memcmp(in.bytes + in.to - n, mark, n) == 0;
}

bool channel_fill(void)
{
	if (in.from > 0) {
		memmove(in.bytes, in.bytes + in.from, in.to - in.from);
		in.to -= in.from;
		in.from = 0;
	}
	while (in.to < IN_CAPACITY) {
		ssize_t n = read(port, in.bytes + in.to, IN_CAPACITY - in.to);
		if (n > 0) {
			in.to += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		return false;
	}
	if (kept)
		look_for_mark();
	return true;
}

bool channel_next(struct frame *frame)
{
	const uint8_t *header = in.bytes + in.from;
	size_t available = in.to - in.from;

	if (available < FRAME_HEADER || lost_sync || held)
		return false;
	if (kept && memcmp(header, mark, FRAME_HEADER) == 0)
		return false;
	frame->type = header[0];
	frame->flags = header[1];
	frame->session = (uint16_t)(header[2] | header[3] << 8);
	frame->length = get_u32(header + 4);
	frame->payload = header + FRAME_HEADER;
	if (kept && (frame->session >= SESSIONS || frame->length > FRAME_MAX_PAYLOAD)) {
		/* A break went by unseen, and cut a frame: whoever came behind it will show the mark. */
		channel_lose();
		return false;
	}
	if (frame->session >= SESSIONS || frame->length > FRAME_MAX_PAYLOAD)
		fail("the host sent a broken frame (type %u, %u bytes)", frame->type, frame->length);
	if (available < FRAME_HEADER + frame->length)
		return false;
	in.from += FRAME_HEADER + frame->length;
	return true;
}
