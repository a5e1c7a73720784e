/* From the initramfs to the root file system. */
#include "boot.h"
#include "guest.h"

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
#define MAX_DATA_DISKS 8
#define VIRTIO_SERIAL 20
#define EROFS_EXTRA_DEVICES (1024 + 86)
#define EROFS_DEVICE_TABLE (1024 + 88)
#define EROFS_DEVICE_SLOT 128

static void mount_or_fail(const char *source, const char *target, const char *type, unsigned long flags,
			  const char *options)
{
	if (mount(source, target, type, flags, options) != 0)
		fail("cannot mount %s on %s: %s; the kernel lacks it or the machine has too little memory", type, target,
		     strerror(errno));
}

/* The disks carry a name as their serial, because their order in /dev depends on how QEMU fills its slots. */
static bool find_disk(const char *wanted, char *device, size_t size)
{
	char path[300], serial[32];
	DIR *folder = opendir("/sys/block");
	const struct dirent *entry;
	bool found = false;

	if (folder == NULL)
		return false;
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

static void wait_for_disk(const char *name, char *device, size_t size)
{
	for (int waited = 0; !find_disk(name, device, size); waited += 2) {
		if (waited >= DISK_WAIT_MS)
			fail("disk %s of the root file system did not appear within %d s", name, DISK_WAIT_MS / 1000);
		sleep_ms(2);
	}
}

static unsigned little_endian_16(const unsigned char *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/*
 * An image may leave the data of large files on other disks. Its superblock has a table of them (struct erofs_deviceslot),
 * each with a tag that begins with the serial of the disk; the kernel wants them in the table's order.
 */
static void find_data_disks(const char *image, char *options, size_t size)
{
	unsigned char block[4096];
	int fd = open(image, O_RDONLY | O_CLOEXEC);

	options[0] = '\0';
	if (fd < 0 || pread(fd, block, sizeof block, 0) != (ssize_t)sizeof block)
		fail("cannot read %s: %s", image, strerror(errno));
	close(fd);
	unsigned count = little_endian_16(block + EROFS_EXTRA_DEVICES);
	size_t slot = (size_t)little_endian_16(block + EROFS_DEVICE_TABLE) * EROFS_DEVICE_SLOT;
	if (count > MAX_DATA_DISKS || slot + count * EROFS_DEVICE_SLOT > sizeof block)
		fail("%s needs %u more disks, which is more than a machine has", image, count);
	for (unsigned i = 0; i < count; i++, slot += EROFS_DEVICE_SLOT) {
		char serial[VIRTIO_SERIAL + 1], device[80];
		size_t used = strlen(options);

		memcpy(serial, block + slot, VIRTIO_SERIAL);
		serial[VIRTIO_SERIAL] = '\0';
		wait_for_disk(serial, device, sizeof device);
		snprintf(options + used, size - used, "%sdevice=%s", used > 0 ? "," : "", device);
	}
}

static void mount_layer(int layer)
{
	char name[16], device[80], target[32], options[MAX_DATA_DISKS * 96];

	snprintf(name, sizeof name, "layer%d", layer);
	wait_for_disk(name, device, sizeof device);
	find_data_disks(device, options, sizeof options);
	snprintf(target, sizeof target, "/lower/%d", layer);
	mkdir(target, 0755);
	if (mount(device, target, "erofs", MS_RDONLY, options) != 0)
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
