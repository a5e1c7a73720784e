/*
 * A template's memory is mapped privately, for which reading it is enough; QEMU opens it for writing all the same, and
 * with that could change it under all other machines that were restored from it. So its open(…, O_RDWR) is answered here,
 * with a descriptor that can only be read. Any other is let through, to what its file system permits.
 */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <stdint.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

int watch_opens(void) {
    struct sock_filter filter[] = {
        LOAD(arch),
        UNLESS(AUDIT_ARCH_X86_64, 5),
        LOAD(nr),
        UNLESS(SYS_openat, 3),
        LOAD(args[2]),
        UNLESS(O_RDWR, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener < 0) {
        failed("cannot watch", "its memory's opening");
    }
    return listener;
}

static bool is_ram(const struct seccomp_notif *call, const char *ram) {
    char path[PATH_MAX];
    size_t length = strlen(ram) + 1;
    struct iovec here = {path, length}, there = {(void *)(uintptr_t)call->data.args[1], length};
    return length <= sizeof path && process_vm_readv((pid_t)call->pid, &here, 1, &there, 1, 0) == (ssize_t)length
        && memcmp(path, ram, length) == 0;
}

void answer_opens(int listener, const struct plan *plan, int ram) {
    struct pollfd watched = {.fd = listener, .events = POLLIN};
    while (poll(&watched, 1, -1) >= 0 || errno == EINTR) {
        if (watched.revents & POLLHUP) {
            break;
        }
        struct seccomp_notif call;
        memset(&call, 0, sizeof call);
        if (!(watched.revents & POLLIN) || ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
            continue;
        }
        if (is_ram(&call, plan->ram)) {
            struct seccomp_notif_addfd add = {
                .id = call.id, .srcfd = (unsigned)ram, .newfd_flags = O_CLOEXEC, .flags = SECCOMP_ADDFD_FLAG_SEND};
            if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) >= 0) {
                continue;
            }
        }
        struct seccomp_notif_resp answer = {.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    close(listener);
}
