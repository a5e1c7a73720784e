/* From the initramfs to the root file system. */
#include "init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LAYERS 8
#define DISK_WAIT_MS 5000

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

static void mount_or_fail(const char *source, const char *target, const char *type, unsigned long flags,
			  const char *options)
{
	if (mount(source, target, type, flags, options) != 0)
		fail("cannot mount %s on %s: %s; the kernel lacks it or the machine has too little memory", type, target,
		     strerror(errno));
}

/* The disks carry their place as their serial, because their order in /dev depends on how QEMU fills its slots. */
static bool find_disk(int layer, char *device, size_t size)
{
	char path[300], wanted[16], serial[32];
	DIR *folder = opendir("/sys/block");
	const struct dirent *entry;
	bool found = false;

	if (folder == NULL)
		return false;
	snprintf(wanted, sizeof wanted, "layer%d", layer);
	while (!found && (entry = readdir(folder)) != NULL) {
		if (strncmp(entry->d_name, "vd", 2) != 0)
			continue;
		snprintf(path, sizeof path, "/sys/block/%s/serial", entry->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		ssize_t n = read(fd, serial, sizeof serial - 1);
		close(fd);
		if (n < 0)
			continue;
		serial[n] = '\0';
		serial[strcspn(serial, "\n")] = '\0';
		if (strcmp(serial, wanted) == 0) {
			snprintf(device, size, "/dev/%.64s", entry->d_name);
			found = access(device, F_OK) == 0;
		}
	}
	closedir(folder);
	return found;
}

static void mount_layer(int layer)
{
	char device[80], target[32];

	for (int waited = 0; !find_disk(layer, device, sizeof device); waited += 2) {
		if (waited >= DISK_WAIT_MS)
			fail("disk %d of the root file system did not appear within %d s", layer, DISK_WAIT_MS / 1000);
		sleep_ms(2);
	}
	snprintf(target, sizeof target, "/lower/%d", layer);
	mkdir(target, 0755);
	if (mount(device, target, "erofs", MS_RDONLY, NULL) != 0)
		fail("cannot mount layer %d (%s) as EROFS: %s; the image may be damaged, run `sourceos store verify`", layer,
		     device, strerror(errno));
}

static void assemble_root(int layers)
{
	char options[64 + MAX_LAYERS * 16] = "upperdir=/memory/upper,workdir=/memory/work,lowerdir=";

	mkdir("/root", 0755);
	mkdir("/memory", 0755);
	mount_or_fail("tmpfs", "/memory", "tmpfs", 0, "mode=0755");
	if (layers == 0) {
		mount_or_fail("/memory", "/root", NULL, MS_BIND, NULL);
		return;
	}
	mkdir("/lower", 0755);
	mkdir("/memory/upper", 0755);
	mkdir("/memory/work", 0755);
	for (int layer = 0; layer < layers; layer++) {
		char path[32];

		mount_layer(layer);
		snprintf(path, sizeof path, "%s/lower/%d", layer > 0 ? ":" : "", layer);
		strncat(options, path, sizeof options - strlen(options) - 1);
	}
	mount_or_fail("root", "/root", "overlay", 0, options);
}

static void move_into_root(const char *from, const char *to)
{
	if (!make_folders(to, 0755) || mount(from, to, NULL, MS_MOVE, NULL) != 0)
		fail("cannot move %s into the root file system: %s", from, strerror(errno));
}

static void mount_in_root(const char *type, const char *target, unsigned long flags, const char *options)
{
	if (!make_folders(target, 0755))
		fail("cannot make %s: %s", target, strerror(errno));
	mount_or_fail(type, target, type, flags, options);
}

static void link_or_ignore(const char *target, const char *path)
{
	/* A base that has its own is left alone. */
	if (symlink(target, path) != 0 && errno != EEXIST)
		fail("cannot make %s: %s", path, strerror(errno));
}

void boot(void)
{
	const char *asked = getenv("SOURCEOS_LAYERS");
	int layers = asked == NULL ? 0 : atoi(asked);

	umask(0022);
	mkdir("/dev", 0755);
	mkdir("/proc", 0555);
	mkdir("/sys", 0555);
	mount_or_fail("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	mount_or_fail("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount_or_fail("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (layers < 0 || layers > MAX_LAYERS)
		fail("SOURCEOS_LAYERS=%s is not 0 to %d", asked, MAX_LAYERS);
	assemble_root(layers);

	move_into_root("/dev", "/root/dev");
	move_into_root("/proc", "/root/proc");
	move_into_root("/sys", "/root/sys");
	/* Nothing of the initramfs is needed any more; this program stays in memory as long as it runs. */
	unlink("/init");
	if (chdir("/root") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0)
		fail("cannot change to the root file system: %s", strerror(errno));

	mount_in_root("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,gid=5,ptmxmode=0666");
	mount_in_root("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_in_root("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
	mount_in_root("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
	unlink("/dev/ptmx");
	link_or_ignore("pts/ptmx", "/dev/ptmx");
	link_or_ignore("/proc/self/fd", "/dev/fd");
	link_or_ignore("/proc/self/fd/0", "/dev/stdin");
	link_or_ignore("/proc/self/fd/1", "/dev/stdout");
	link_or_ignore("/proc/self/fd/2", "/dev/stderr");
	chmod("/dev/null", 0666);
	chmod("/dev/zero", 0666);
	chmod("/dev/full", 0666);
	chmod("/dev/random", 0666);
	chmod("/dev/urandom", 0666);
	chmod("/dev/tty", 0666);
}
