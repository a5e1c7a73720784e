/* What QEMU may do: its user, capabilities, limits and descriptors. */
#include "confine.h"

#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES = 4096, THREADS = 512 };

/* What root's access to shared files consists of, without device nodes. */
static const int FILE_ACCESS[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID};

/* A host that is itself in a user namespace may not have so many numbers. */
bool has_number(const char *file, long number) {
    FILE *map = fopen(file, "re");
    long first, count;
    bool found = false;
    while (map && !found && fscanf(map, "%ld %*d %ld", &first, &count) == 2) {
        found = number >= first && number - first < count;
    }
    if (map) {
        fclose(map);
    }
    return found;
}

/* To most files its own user is one of the others; what only their owner may open is of no use to it then. */
bool own_user_can_open(const struct plan *plan) {
    for (int i = 0; i < plan->count; i++) {
        const struct item *item = &plan->items[i];
        struct stat status;
        if (item->kind == OWN || stat(item->path, &status) != 0) {
            continue;
        }
        mode_t needed = item->kind == DEVICE ? S_IROTH | S_IWOTH : S_IROTH;
        bool by_group = plan->gid >= 0 && status.st_gid == (gid_t)plan->gid;
        if ((status.st_mode & needed) != needed && !(by_group && (status.st_mode & needed << 3) == needed << 3)) {
            return false;
        }
    }
    return true;
}

static unsigned long long wanted(const struct plan *plan, long uid) {
    unsigned long long set = 0;
    if (geteuid() != 0) {
        return set;
    }
    if (uid < 0 && plan->keep_user) {
        for (size_t i = 0; i < sizeof FILE_ACCESS / sizeof *FILE_ACCESS; i++) {
            set |= 1ULL << FILE_ACCESS[i];
        }
    }
    return plan->low_ports ? set | 1ULL << CAP_NET_BIND_SERVICE : set;
}

/* What cannot be had again: before the user changes, for that takes the right to it. */
static void bound(unsigned long long kept) {
    for (int capability = 0; capability < 64; capability++) {
        if (!(kept & 1ULL << capability) && prctl(PR_CAPBSET_READ, capability) == 1) {
            /* Without the right to it, there is nothing in the set that could be had either: no_new_privs follows. */
            prctl(PR_CAPBSET_DROP, capability);
        }
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool keep_only(unsigned long long kept, bool ambient) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct had[2], data[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, had) != 0) {
        return failed("cannot read", "capabilities");
    }
    for (int i = 0; i < 2; i++) {
        data[i].permitted = data[i].effective = (unsigned)(kept >> 32 * i) & had[i].permitted;
        data[i].inheritable = ambient ? data[i].permitted : 0;
    }
    if (syscall(SYS_capset, &header, data) != 0) {
        return failed("cannot drop", "capabilities");
    }
    for (unsigned long capability = 0; ambient && capability < 64; capability++) {
        if (kept & 1ULL << capability) {
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
        }
    }
    return true;
}

bool shed(bool watches, bool waits) {
    /* The signal of PR_SET_PDEATHSIG is sent by whoever dies, and needs its right to: QEMU's user is another one. */
    unsigned long long kept = (watches ? 1ULL << CAP_SYS_PTRACE : 0) | (waits ? 1ULL << CAP_KILL : 0);
    bound(kept);
    return keep_only(kept, false) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool become(const struct plan *plan, long uid, long gid) {
    unsigned long long kept = wanted(plan, uid);
    bound(kept);
    if (uid >= 0) {
        prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
        if (setgroups(0, NULL) != 0) {
            return failed("cannot drop", "groups");
        }
        if (setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) != 0 || setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) != 0) {
            return failed("cannot become", "its own user");
        }
    }
    if (!keep_only(kept, uid >= 0)) {
        return false;
    }
    return (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || failed("cannot set", "no_new_privs")) && refuse_calls();
}

static bool at_most(int resource, rlim_t most) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) {
        return failed("cannot read", "a limit");
    }
    rlim_t value = now.rlim_max < most ? now.rlim_max : most;
    struct rlimit limit = {value, value};
    return setrlimit(resource, &limit) == 0 || failed("cannot set", "a limit");
}

bool limit(const struct plan *plan) {
    /* Writing more is an error then, and not the end. */
    signal(SIGXFSZ, SIG_IGN);
    return at_most(RLIMIT_CORE, 0) && at_most(RLIMIT_NOFILE, FILES)
        && (plan->fsize < 0 || at_most(RLIMIT_FSIZE, (rlim_t)plan->fsize))
        /* Counted for each user: only with one of its own is it this machine's. */
        && (geteuid() != 0 || plan->keep_user || plan->first_uid < 0 || at_most(RLIMIT_NPROC, THREADS));
}

bool close_others(const struct plan *plan) {
    return syscall(SYS_close_range, FIRST_DESCRIPTOR + plan->sockets, ~0U, 0) == 0 || failed("cannot close", "descriptors");
}
