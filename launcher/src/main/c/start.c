/* START: what the host wants run, as whom, with which shares, network, clock and identity. */
#include "start.h"
#include "guest.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/random.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INTERFACE_WAIT_MS 3000
#define RECORD_HEADER 5
#define SECRETS "/run/secrets"

/* Open in a machine that is saved after the start of its program, else -1. */
static int machine_id = -1;

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL)
		fail("out of memory while starting; give the machine more with --mem");
	return memory;
}

bool append_start(struct start *start, const struct frame *frame)
{
	if (frame->length > START_MAX_BYTES - start->length)
		fail("the arguments and the environment are longer than %d bytes", START_MAX_BYTES);
	uint8_t *larger = realloc(start->bytes, start->length + frame->length + 1);
	if (larger == NULL)
		fail("out of memory while starting; give the machine more with --mem");
	start->bytes = larger;
	memcpy(start->bytes + start->length, frame->payload, frame->length);
	start->length += frame->length;
	return !(frame->flags & FLAG_MORE);
}

static void receive_bytes(struct start *start)
{
	for (;;) {
		struct pollfd state = { channel_fd(), (short)(POLLIN | (channel_pending() ? POLLOUT : 0)), 0 };
		struct frame frame;

		if (poll(&state, 1, -1) < 0 && errno != EINTR)
			fail("cannot wait for the host: %s", strerror(errno));
		/* What it said before it went counts: a host may leave as soon as START is on its way. */
		bool gone = (state.revents & (POLLHUP | POLLERR)) || !channel_flush();
		if (state.revents & POLLIN)
			gone = !channel_fill() || gone;
		else if (!gone)
			continue;
		while (channel_next(&frame)) {
			if (frame.session != 0)
				fail("the host spoke of session %u before START", frame.session);
			if (frame.type == FRAME_PING && frame.length <= 64) {
				channel_send(FRAME_PONG, 0, frame.payload, frame.length);
			} else if (frame.type == FRAME_START) {
				if (append_start(start, &frame))
					return;
			} else {
				fail("the host sent a frame of type %u before START", frame.type);
			}
		}
		if (gone)
			power_off();
	}
}

static void append_text(struct list *list, char *text)
{
	char **larger = realloc(list->items, (list->count + 2) * sizeof *larger);

	if (larger == NULL)
		fail("out of memory while starting; give the machine more with --mem");
	list->items = larger;
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

static char *copy_text(const uint8_t *value, size_t length)
{
	char *text = allocate(length + 1);

	memcpy(text, value, length);
	text[length] = '\0';
	return text;
}

static void need(bool condition, int type)
{
	if (!condition)
		fail("record %d of START is malformed", type);
}

/* A name that is a file of one folder, a zero byte, the value. */
static void read_secret(struct start *start, uint8_t *value, size_t length)
{
	size_t name = strnlen((const char *)value, length);

	need(name > 0 && name < length && name <= 128 && value[0] != '.' && memchr(value, '/', name) == NULL, START_SECRET);
	struct secret *larger = realloc(start->secrets, (start->secret_count + 1) * sizeof *larger);
	if (larger == NULL)
		fail("out of memory while starting; give the machine more with --mem");
	start->secrets = larger;
	start->secrets[start->secret_count++] =
		(struct secret){ copy_text(value, name), value + name + 1, length - name - 1 };
}

static void read_record(struct start *start, int type, uint8_t *value, size_t length)
{
	switch (type) {
	case START_ARGUMENT:
		append_text(&start->arguments, copy_text(value, length));
		break;
	case START_ENVIRONMENT:
		append_text(&start->environment, copy_text(value, length));
		break;
	case START_DIRECTORY:
		need(length > 0 && value[0] == '/', type);
		start->directory = copy_text(value, length);
		break;
	case START_UID:
		need(length == 4, type);
		start->uid = get_u32(value);
		break;
	case START_GID:
		need(length == 4, type);
		start->gid = get_u32(value);
		break;
	case START_GROUP: {
		need(length == 4 && start->group_count < 65536, type);
		gid_t *larger = realloc(start->groups, (start->group_count + 1) * sizeof *larger);
		if (larger == NULL)
			fail("out of memory while starting; give the machine more with --mem");
		start->groups = larger;
		start->groups[start->group_count++] = get_u32(value);
		break;
	}
	case START_USER:
		start->user = copy_text(value, length);
		need(length > 0 && strpbrk(start->user, ":\n/") == NULL, type);
		break;
	case START_HOME:
		start->home = copy_text(value, length);
		need(length > 0 && value[0] == '/' && strpbrk(start->home, ":\n") == NULL, type);
		break;
	case START_HOSTNAME:
		need(length > 0 && length <= 64, type);
		start->hostname = copy_text(value, length);
		break;
	case START_TERMINAL:
		need(length == 4, type);
		start->terminal = true;
		start->rows = (uint16_t)(value[0] | value[1] << 8);
		start->columns = (uint16_t)(value[2] | value[3] << 8);
		break;
	case START_SHARE: {
		char *share = copy_text(value, length);
		size_t tag = length > 1 ? strlen(share + 1) : 0;
		need(tag > 0 && tag <= 31 && length > tag + 2 && share[tag + 2] == '/', type);
		append_text(&start->shares, share);
		break;
	}
	case START_NETWORK:
		need(length == 13 && value[4] <= 32, type);
		start->network = value;
		break;
	case START_ENTROPY:
		need(length > 0 && length <= 512, type);
		start->entropy = value;
		start->entropy_length = length;
		break;
	case START_TIME:
		need(length == 12, type);
		start->time = value;
		break;
	case START_MACHINE_ID:
		need(length == 32, type);
		start->machine_id = copy_text(value, length);
		break;
	case START_SECRET:
		read_secret(start, value, length);
		break;
	case START_KEEP:
		need(length == MARK_BYTES, type);
		start->keep = value;
		break;
	default:
		fail("START has a record of unknown type %d; the host is newer than this init", type);
	}
}

void parse_records(struct start *start)
{
	for (size_t at = 0; at < start->length;) {
		if (start->length - at < RECORD_HEADER)
			fail("START ends in the middle of a record");
		int type = start->bytes[at];
		size_t length = get_u32(start->bytes + at + 1);
		at += RECORD_HEADER;
		if (length > start->length - at)
			fail("record %d of START is longer than START", type);
		read_record(start, type, start->bytes + at, length);
		at += length;
	}
}

void parse_start(struct start *start)
{
	parse_records(start);
	if (start->arguments.count == 0)
		fail("START names no program");
	if (start->environment.count == 0) {
		start->environment.items = allocate(sizeof(char *));
		start->environment.items[0] = NULL;
	}
}

void receive_start(struct start *start)
{
	memset(start, 0, sizeof *start);
	receive_bytes(start);
	parse_start(start);
	/* From here on the host may go. */
	if (start->keep != NULL)
		channel_keep(start->keep);
}

static void free_list(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

void free_start(struct start *start)
{
	free_list(&start->arguments);
	free_list(&start->environment);
	free_list(&start->shares);
	free((char *)start->directory);
	free((char *)start->user);
	free((char *)start->home);
	free((char *)start->hostname);
	free((char *)start->machine_id);
	for (size_t i = 0; i < start->secret_count; i++)
		free((char *)start->secrets[i].name);
	free(start->secrets);
	free(start->groups);
	free(start->bytes);
	memset(start, 0, sizeof *start);
}

static void set_clock(const uint8_t *value)
{
	uint64_t seconds = get_u32(value) | (uint64_t)get_u32(value + 4) << 32;
	struct timespec now = { (time_t)seconds, (long)get_u32(value + 8) };

	if (clock_settime(CLOCK_REALTIME, &now) != 0)
		fail("cannot set the clock: %s", strerror(errno));
}

static void add_entropy(const uint8_t *bytes, size_t length)
{
	struct {
		struct rand_pool_info info;
		uint8_t bytes[512];
	} pool;
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	pool.info.entropy_count = (int)length * 8;
	pool.info.buf_size = (int)length;
	memcpy((uint8_t *)&pool + offsetof(struct rand_pool_info, buf), bytes, length);
	if (ioctl(fd, RNDADDENTROPY, &pool) != 0)
		fail("cannot seed the random generator: %s", strerror(errno));
	/* A machine restored from a template has an old state that its siblings share: mix the seed in now. */
	ioctl(fd, RNDRESEEDCRNG, 0);
	close(fd);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail("cannot write %s: %s", path, strerror(errno));
	close(fd);
}

static void append_line(const char *path, const char *line)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	char last = '\n';

	if (fd < 0)
		fail("cannot open %s: %s", path, strerror(errno));
	if (lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) != 1)
		last = '\n';
	if (lseek(fd, 0, SEEK_END) < 0 || (last != '\n' && write(fd, "\n", 1) != 1) ||
	    write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		fail("cannot write %s: %s", path, strerror(errno));
	close(fd);
}

static void know_user(const struct start *start)
{
	const char *user = start->user != NULL ? start->user : "user";
	const char *home = start->home != NULL ? start->home : "/";
	const struct passwd *account;
	const struct group *group;
	char line[5000];
	bool known = false, root = false;
	FILE *file = fopen("/etc/passwd", "re");

	while (file != NULL && (account = fgetpwent(file)) != NULL) {
		known = known || account->pw_uid == start->uid;
		root = root || account->pw_uid == 0;
	}
	if (file != NULL)
		fclose(file);
	if (!root && start->uid != 0)
		append_line("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	if (!known) {
		snprintf(line, sizeof line, "%.256s:x:%u:%u::%.4096s:/bin/sh\n", user, (unsigned)start->uid,
			 (unsigned)start->gid, home);
		append_line("/etc/passwd", line);
	}
	known = false;
	file = fopen("/etc/group", "re");
	while (file != NULL && (group = fgetgrent(file)) != NULL)
		known = known || group->gr_gid == start->gid;
	if (file != NULL)
		fclose(file);
	if (!known) {
		snprintf(line, sizeof line, "%.256s:x:%u:\n", user, (unsigned)start->gid);
		append_line("/etc/group", line);
	}
}

static void make_home(const struct start *start)
{
	struct stat found;

	if (start->home == NULL || stat(start->home, &found) == 0)
		return;
	if (!make_folders(start->home, 0755) || chmod(start->home, 0700) != 0 ||
	    chown(start->home, start->uid, start->gid) != 0)
		fail("cannot make the home folder %s: %s", start->home, strerror(errno));
}

static void mount_share(const char *share)
{
	bool read_only = share[0] == 1;
	const char *tag = share + 1;
	const char *path = tag + strlen(tag) + 1;

	if (!make_folders(path, 0755))
		fail("cannot make the folder %s for a share: %s", path, strerror(errno));
	/* cache=mmap: nothing is kept back from the host, yet programs can map files and write to them. */
	if (mount(tag, path, "9p", MS_NOSUID | MS_NODEV | (read_only ? MS_RDONLY : 0),
		  "trans=virtio,version=9p2000.L,msize=262144,cache=mmap") != 0)
		fail("cannot mount the share %s on %s: %s; the kernel lacks 9p over virtio if it says \"No such device\"", tag,
		     path, strerror(errno));
}

void unmount_shares(const struct start *start)
{
	for (size_t i = start->shares.count; i > 0; i--) {
		const char *tag = start->shares.items[i - 1] + 1;
		umount2(tag + strlen(tag) + 1, MNT_DETACH);
	}
}

static bool find_interface(char *name)
{
	DIR *folder = opendir("/sys/class/net");
	const struct dirent *entry;
	bool found = false;

	if (folder == NULL)
		return false;
	while (!found && (entry = readdir(folder)) != NULL) {
		size_t length = strlen(entry->d_name);
		if (strncmp(entry->d_name, "eth", 3) == 0 && length < IFNAMSIZ) {
			memcpy(name, entry->d_name, length + 1);
			found = true;
		}
	}
	closedir(folder);
	return found;
}

static void set_address(struct sockaddr *address, uint32_t network_order)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = { network_order } };

	memcpy(address, &in, sizeof in);
}

static void bring_up(int fd, struct ifreq *request)
{
	if (ioctl(fd, SIOCGIFFLAGS, request) != 0)
		fail("cannot read the state of %s: %s", request->ifr_name, strerror(errno));
	request->ifr_flags |= IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, request) != 0)
		fail("cannot bring %s up: %s", request->ifr_name, strerror(errno));
}

static void set_network(const uint8_t *settings)
{
	struct ifreq request = { 0 };
	struct rtentry route = { 0 };
	uint32_t address, gateway, mask;
	char text[64];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && settings != NULL)
		fail("the kernel has no network; add \"NET\" to kernel_features of the recipe, or run with --network=none");
	if (fd < 0)
		return;
	strcpy(request.ifr_name, "lo");
	bring_up(fd, &request);
	if (settings != NULL) {
		memset(&request, 0, sizeof request);
		for (int waited = 0; !find_interface(request.ifr_name); waited++) {
			if (waited >= INTERFACE_WAIT_MS)
				fail("no network card appeared; the kernel lacks CONFIG_VIRTIO_NET");
			sleep_ms(1);
		}
		memcpy(&address, settings, 4);
		memcpy(&gateway, settings + 5, 4);
		mask = settings[4] == 0 ? 0 : htonl(~0u << (32 - settings[4]));
		set_address(&request.ifr_addr, address);
		if (ioctl(fd, SIOCSIFADDR, &request) != 0)
			fail("cannot set the address of %s: %s", request.ifr_name, strerror(errno));
		set_address(&request.ifr_netmask, mask);
		if (ioctl(fd, SIOCSIFNETMASK, &request) != 0)
			fail("cannot set the netmask of %s: %s", request.ifr_name, strerror(errno));
		bring_up(fd, &request);
		set_address(&route.rt_gateway, gateway);
		set_address(&route.rt_dst, 0);
		set_address(&route.rt_genmask, 0);
		route.rt_flags = RTF_UP | RTF_GATEWAY;
		if (ioctl(fd, SIOCADDRT, &route) != 0 && errno != EEXIST)
			fail("cannot set the default route: %s", strerror(errno));
		snprintf(text, sizeof text, "nameserver %u.%u.%u.%u\n", settings[9], settings[10], settings[11],
			 settings[12]);
		write_file("/etc/resolv.conf", text, 0644);
	}
	close(fd);
}

static void set_names(const struct start *start)
{
	const char *hostname = start->hostname != NULL ? start->hostname : "vm";
	char text[256];

	if (sethostname(hostname, strlen(hostname)) != 0)
		fail("cannot set the host name: %s", strerror(errno));
	snprintf(text, sizeof text, "127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost\n", hostname);
	if (access("/etc/hosts", F_OK) != 0)
		write_file("/etc/hosts", text, 0644);
	snprintf(text, sizeof text, "%s\n", hostname);
	write_file("/etc/hostname", text, 0644);
	if (start->machine_id != NULL) {
		snprintf(text, sizeof text, "%s\n", start->machine_id);
		write_file("/etc/machine-id", text, 0444);
	}
}

/* Each a file in memory that the program's user alone can read; what came in START is wiped. */
static void write_secrets(struct start *start)
{
	int folder;

	if (start->secret_count == 0)
		return;
	if (mkdir(SECRETS, 0700) != 0 || mount("secrets", SECRETS, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0)
		fail("cannot make " SECRETS ": %s", strerror(errno));
	folder = open(SECRETS, O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < start->secret_count; i++) {
		struct secret *secret = &start->secrets[i];
		int fd = openat(folder, secret->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);

		if (fd < 0 || write(fd, secret->value, secret->length) != (ssize_t)secret->length ||
		    fchown(fd, start->uid, start->gid) != 0)
			fail("cannot write the secret %s: %s", secret->name, strerror(errno));
		close(fd);
		explicit_bzero(secret->value, secret->length);
	}
	if (fchown(folder, start->uid, start->gid) != 0 || fchmod(folder, 0500) != 0 ||
	    mount(NULL, SECRETS, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
		fail("cannot close " SECRETS ": %s", strerror(errno));
	close(folder);
}

static bool root_is_read_only(void)
{
	const char *root = getenv("SOURCEOS_ROOT");

	return root != NULL && strcmp(root, "readonly") == 0;
}

/* Seed and clock first: whatever comes after may look at them. */
static void apply_moment(const struct start *start)
{
	if (start->time != NULL)
		set_clock(start->time);
	if (start->entropy != NULL)
		add_entropy(start->entropy, start->entropy_length);
}

/* Whoever waits for this has a machine whose code no processor has seen yet: as little as possible is done. */
void apply_news(const struct start *news)
{
	char hostname[65] = "";

	apply_moment(news);
	if (news->hostname != NULL && gethostname(hostname, sizeof hostname) == 0 && strcmp(hostname, news->hostname) == 0 &&
	    machine_id >= 0 && news->machine_id != NULL) {
		if (pwrite(machine_id, news->machine_id, 32, 0) != 32)
			fail("cannot write /etc/machine-id: %s", strerror(errno));
		return;
	}
	if (root_is_read_only() && mount(NULL, "/", NULL, MS_REMOUNT, NULL) != 0)
		fail("cannot write the machine's names: %s", strerror(errno));
	set_names(news);
	if (root_is_read_only() && mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		fail("cannot make the root file system read-only: %s", strerror(errno));
}

void hold_names(void)
{
	/* Of a root that is to be read-only nobody may have a file open for writing. */
	if (!root_is_read_only() && machine_id < 0)
		machine_id = open("/etc/machine-id", O_WRONLY | O_CLOEXEC);
}

void apply_start(struct start *start)
{
	apply_moment(start);
	if (!make_folders("/etc", 0755))
		fail("cannot make /etc: %s", strerror(errno));
	set_names(start);
	know_user(start);
	make_home(start);
	set_network(start->network);
	write_secrets(start);
	for (size_t i = 0; i < start->shares.count; i++)
		mount_share(start->shares.items[i]);
	if (start->directory == NULL)
		start->directory = start->home != NULL ? start->home : "/";
	/* Only now: until here the changes above went into memory. */
	if (root_is_read_only() && mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		fail("cannot make the root file system read-only: %s", strerror(errno));
}

void renew(const struct frame *frame)
{
	struct start news = { 0 };
	char text[256];
	/* A root that is read-only keeps the names of files; the kernel's is changed all the same. */
	bool writable = access("/etc", W_OK) == 0;

	append_start(&news, frame);
	parse_records(&news);
	if (news.entropy != NULL)
		add_entropy(news.entropy, news.entropy_length);
	if (news.time != NULL)
		set_clock(news.time);
	if (news.hostname != NULL) {
		if (sethostname(news.hostname, strlen(news.hostname)) != 0)
			fail("cannot set the host name: %s", strerror(errno));
		snprintf(text, sizeof text, "%s\n", news.hostname);
		if (writable)
			write_file("/etc/hostname", text, 0644);
	}
	if (news.machine_id != NULL && writable) {
		snprintf(text, sizeof text, "%s\n", news.machine_id);
		write_file("/etc/machine-id", text, 0444);
	}
	free_start(&news);
}
