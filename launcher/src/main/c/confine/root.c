/* The root file system that QEMU sees: an empty one in memory, on which each thing it needs stands at its own path. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char PLACE[] = "/tmp";

static bool is_share(const struct item *item) {
    return item->kind == SHARE || item->kind == SHARE_READ;
}

/* Taken before anything is mounted, while every path means what it means to the caller. */
static bool take(struct item *item) {
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (is_share(item) ? AT_RECURSIVE : 0);
    item->tree = open_tree(AT_FDCWD, item->path, flags);
    struct stat status;
    if (item->tree < 0 || fstat(item->tree, &status) != 0) {
        return failed("cannot show", item->path);
    }
    item->folder = S_ISDIR(status.st_mode);
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID};
    if (item->kind == READ || item->kind == SHARE_READ) {
        attributes.attr_set |= MOUNT_ATTR_RDONLY;
    }
    if (item->kind != DEVICE) {
        attributes.attr_set |= MOUNT_ATTR_NODEV;
    }
    unsigned depth = AT_EMPTY_PATH | (is_share(item) ? AT_RECURSIVE : 0);
    return mount_setattr(item->tree, "", depth, &attributes, sizeof attributes) == 0
        || failed("cannot restrict", item->path);
}

/* The folders above a path, in the new root, which is the working directory. */
static bool make_way(char *path) {
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int made = mkdir(path, 0755);
        *slash = '/';
        if (made != 0 && errno != EEXIST) {
            return failed("cannot make the way to", path);
        }
    }
    return true;
}

static bool put(const struct item *item) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s", item->path + 1) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return failed("cannot show", item->path);
    }
    if (!make_way(path)) {
        return false;
    }
    if (item->folder) {
        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            return failed("cannot make", item->path);
        }
    } else {
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0444);
        if (fd < 0 && access(path, F_OK) != 0) {
            return failed("cannot make", item->path);
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    return move_mount(item->tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0
        || failed("cannot place", item->path);
}

static bool put_all(struct plan *plan, bool shares) {
    for (int i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        if (is_share(item) == shares) {
            if (!put(item)) {
                return false;
            }
            close(item->tree);
        }
    }
    return true;
}

/* QEMU sets modes of shared files by way of /proc/self/fd. It is shown itself there, and no other process. */
static int take_self(pid_t self) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d", self);
    return open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

static bool put_self(int tree) {
    bool put = (mkdir("proc", 0755) == 0 || errno == EEXIST) && mkdir("proc/self", 0755) == 0
        && move_mount(tree, "", AT_FDCWD, "proc/self", MOVE_MOUNT_F_EMPTY_PATH) == 0;
    close(tree);
    return put || failed("cannot place", "/proc/self");
}

bool enter_root(struct plan *plan, pid_t self, long uid, long gid) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return failed("cannot make private", "/");
    }
    bool shares = false;
    for (int i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        if (item->kind == OWN && uid >= 0 && lchown(item->path, (uid_t)uid, (gid_t)gid) != 0) {
            return failed("cannot give away", item->path);
        }
        if (!take(item)) {
            return false;
        }
        shares |= is_share(item);
    }
    int own = shares ? take_self(self) : -1;
    if (shares && own < 0) {
        return failed("cannot show", "/proc/self");
    }
    mode_t before = umask(0022);
    if (mount("root", PLACE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m,nr_inodes=4k") != 0 || chdir(PLACE) != 0) {
        return failed("cannot mount a root at", PLACE);
    }
    /* Shares last: what lies in one of them stands there already, and nothing of ours is made in it. */
    if (!put_all(plan, false) || (shares && !put_self(own)) || !put_all(plan, true)) {
        return false;
    }
    if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) {
        return failed("cannot enter", "the root");
    }
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    if (mount_setattr(AT_FDCWD, "/", 0, &attributes, sizeof attributes) != 0) {
        return failed("cannot restrict", "the root");
    }
    umask(before);
    return sethostname("machine", 7) == 0 || failed("cannot set", "the host name");
}
