/*
 * System calls that QEMU has no use for and QEMU's own filter lets through: to whoever has broken out into QEMU they
 * would give the keys of its caller's session, or in a user namespace of its own all of the kernel that only root is
 * meant to reach.
 */
#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(test, value) BPF_JUMP(BPF_JMP | (test) | BPF_K, value, 0, 1)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE(call) IF(BPF_JEQ, SYS_##call), RETURN(SECCOMP_RET_ERRNO | EPERM)
/* Calls of the x32 ABI have this bit set, and would have numbers of their own. */
#define X32 0x40000000
#define NAMESPACES \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

bool refuse_calls(void) {
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        LOAD(nr),
        IF(BPF_JGE, X32),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        REFUSE(add_key),
        REFUSE(request_key),
        REFUSE(keyctl),
        REFUSE(unshare),
        REFUSE(setns),
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(pidfd_getfd),
        REFUSE(bpf),
        REFUSE(perf_event_open),
        /* What is asked of it passes by all filters. QEMU does without where a kernel has none. */
        IF(BPF_JEQ, SYS_io_uring_setup),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS),
        /* Its flags are in memory, where no filter sees them; without it threads are made by clone. */
        IF(BPF_JEQ, SYS_clone3),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS),
        IF(BPF_JEQ, SYS_clone),
        BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
        RETURN(SECCOMP_RET_ALLOW),
        LOAD(args[0]),
        IF(BPF_JSET, NAMESPACES),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        RETURN(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 || failed("cannot refuse", "system calls");
}
