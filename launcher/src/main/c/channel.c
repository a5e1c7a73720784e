/* The port: whole frames in both directions, never blocking, in memory of fixed size. */
#include "init.h"

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

static bool host_listens(void)
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
	for (; !host_listens(); waited++) {
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

void channel_commit(uint8_t type, size_t length)
{
	uint8_t *header = out.bytes + out.to;

	header[0] = type;
	header[1] = 0;
	header[2] = 0;
	header[3] = 0;
	put_u32(header + 4, (uint32_t)length);
	out.to += FRAME_HEADER + length;
}

void channel_send(uint8_t type, const void *payload, size_t length)
{
	if (channel_room() < length && !channel_drain(10000))
		power_off();
	uint8_t *at = channel_payload();
	if (length > 0)
		memcpy(at, payload, length);
	channel_commit(type, length);
	if (!channel_flush())
		power_off();
}

bool channel_pending(void)
{
	return out.to > out.from;
}

bool channel_flush(void)
{
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
		if (n == 0)
			return false;
		if (errno == EAGAIN)
			return true;
		if (errno != EINTR)
			return false;
	}
	return true;
}

bool channel_next(struct frame *frame)
{
	const uint8_t *header = in.bytes + in.from;
	size_t available = in.to - in.from;

	if (available < FRAME_HEADER)
		return false;
	frame->type = header[0];
	frame->flags = header[1];
	frame->length = get_u32(header + 4);
	frame->payload = header + FRAME_HEADER;
	if (header[2] != 0 || header[3] != 0 || frame->length > FRAME_MAX_PAYLOAD)
		fail("the host sent a broken frame (type %u, %u bytes)", frame->type, frame->length);
	if (available < FRAME_HEADER + frame->length)
		return false;
	in.from += FRAME_HEADER + frame->length;
	return true;
}
