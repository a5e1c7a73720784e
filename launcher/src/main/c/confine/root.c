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

/* It is the path then, and not the host, that is in the way. */
static bool is_missing(void) {
    return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
}

/* Taken before anything is mounted, while every path means what it means to the caller. */
static bool take(struct item *item, bool *missing) {
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (is_share(item) ? AT_RECURSIVE : 0);
    item->tree = open_tree(AT_FDCWD, item->path, flags);
    struct stat status;
    if (item->tree < 0 || fstat(item->tree, &status) != 0) {
        *missing = is_missing();
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

/*
 * Opens the folder above a path's last name, in the new root, which is the working directory; what is missing is made. No
 * link is followed on the way: below a shared folder a guest may have put one there, which would lead into the host.
 */
static int open_way(char *path, const char **last) {
    int at = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int depth = 0;
    char *name = path;
    for (char *slash; at >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
        *slash = 0;
        bool up = strcmp(name, "..") == 0;
        if (*name == 0 || strcmp(name, ".") == 0 || (up && depth == 0)) {
            continue;
        }
        depth += up ? -1 : 1;
        bool there = up || mkdirat(at, name, 0755) == 0 || errno == EEXIST;
        int below = there ? openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        int error = errno;
        close(at);
        errno = error;
        at = below;
    }
    *last = name;
    return at;
}

/* What an item is to be mounted on; it need not be there. */
static int open_place(const struct item *item, char *path) {
    const char *name;
    int way = open_way(path, &name);
    if (way < 0) {
        return -1;
    }
    int made = item->folder ? mkdirat(way, name, 0755) : mknodat(way, name, S_IFREG | 0444, 0);
    int place = made == 0 || errno == EEXIST ? openat(way, name, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
    int error = errno;
    close(way);
    struct stat status;
    if (place >= 0 && fstat(place, &status) == 0 && S_ISLNK(status.st_mode)) {
        close(place);
        place = -1;
        error = ELOOP;
    }
    errno = error;
    return place;
}

static bool put(const struct item *item, bool *missing) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s", item->path + 1) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return failed("cannot show", item->path);
    }
    int place = open_place(item, path);
    if (place < 0) {
        *missing = is_missing();
        return failed("cannot make the way to", item->path);
    }
    bool put = move_mount(item->tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0;
    int error = errno;
    close(place);
    errno = error;
    return put || failed("cannot place", item->path);
}

static bool put_all(struct plan *plan, bool shares) {
    for (int i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        if (is_share(item) == shares) {
            if (!put(item, &plan->missing)) {
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

void take_back(const struct plan *plan) {
    for (int i = 0; geteuid() == 0 && i < plan->count; i++) {
        if (plan->items[i].kind == OWN && lchown(plan->items[i].path, geteuid(), getegid()) != 0) {
            failed("cannot take back", plan->items[i].path);
        }
    }
}

bool enter_root(struct plan *plan, pid_t self, long uid, long gid) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return failed("cannot make private", "/");
    }
    bool shares = false;
    for (int i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        if (item->kind == OWN && uid >= 0 && lchown(item->path, (uid_t)uid, (gid_t)gid) != 0) {
            plan->missing = is_missing();
            return failed("cannot give away", item->path);
        }
        if (!take(item, &plan->missing)) {
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
