/*
 * Starts a machine's QEMU with as little of the host as it needs: a user, namespaces and a root file system of its own,
 * no capabilities, no way to new ones, no descriptors but its own.
 *
 *   confine [--require] [--detached] [--keep-network] [--keep-user] [--low-ports]
 *           [--uids FIRST] [--gid N] [--fsize BYTES]
 *           [--ram FILE] [--connect SOCKET] [--listen SOCKET]
 *           [--read PATH] [--own FILE] [--device PATH] [--share FOLDER] [--share-read FOLDER] … -- COMMAND …
 *   confine --probe [--uids FIRST]
 *
 * Started by root, QEMU has a user number of its own: FIRST plus its process number, which nobody else has while it runs.
 * Started by somebody else it stays theirs, in a user namespace. A process cannot move into another process namespace,
 * so QEMU is a child; this one waits for it, and takes it along when it is killed. With --detached it says on standard
 * output which process QEMU is and since when, and ends.
 *
 * Where the host does not permit it, QEMU is started without namespaces but with no more rights than it needs. With
 * --require that is an error. --probe says which protections there would be.
 */
#include "confine.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

/* The number that to the kernel means "as it is". */
#define NOBODY 4294967295L

enum { MISSING = 124, CANNOT_CONFINE = 125, CANNOT_EXECUTE = 126 };

static struct plan plan = {.first_uid = NO_ID, .gid = NO_ID, .fsize = -1};
static bool probing;

static void usage(const char *what) {
    fprintf(stderr, "confine: %s is not understood\n", what);
    exit(CANNOT_CONFINE);
}

static void add(enum kind kind, const char *path) {
    if (plan.count == MAX_ITEMS || path[0] != '/') {
        usage(path);
    }
    plan.items[plan.count++] = (struct item){.kind = kind, .path = path, .tree = -1};
}

static bool flag(const char *word) {
    bool *flags[] = {&plan.require, &plan.detached, &plan.keep_network, &plan.keep_user, &plan.low_ports, &probing};
    const char *names[] = {"--require", "--detached", "--keep-network", "--keep-user", "--low-ports", "--probe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(word, names[i]) == 0) {
            return *flags[i] = true;
        }
    }
    return false;
}

static bool number(const char *word, const char *value) {
    long *numbers[] = {&plan.first_uid, &plan.gid, &plan.fsize};
    const char *names[] = {"--uids", "--gid", "--fsize"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(word, names[i]) == 0) {
            char *end;
            errno = 0;
            *numbers[i] = strtol(value, &end, 10);
            bool large = numbers[i] != &plan.fsize && *numbers[i] >= NOBODY;
            if (*value == 0 || *end != 0 || errno != 0 || *numbers[i] < 0 || large) {
                usage(value);
            }
            return true;
        }
    }
    return false;
}

static bool path(const char *word, const char *value) {
    const char *names[] = {"--read", "--own", "--device", "--share", "--share-read"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(word, names[i]) == 0) {
            add((enum kind)i, value);
            return true;
        }
    }
    return false;
}

static void parse(char **words) {
    for (; *words && strcmp(*words, "--") != 0; words++) {
        if (flag(*words)) {
            continue;
        }
        const char *value = words[1];
        if (!value) {
            usage(*words);
        } else if (strcmp(*words, "--ram") == 0) {
            plan.ram = value;
        } else if (strcmp(*words, "--connect") == 0 || strcmp(*words, "--listen") == 0) {
            if (!open_socket(&plan, value, (*words)[2] == 'l')) {
                exit(CANNOT_CONFINE);
            }
        } else if (!number(*words, value) && !path(*words, value)) {
            usage(*words);
        }
        words++;
    }
    plan.command = *words ? words + 1 : words;
    if (!probing && !*plan.command) {
        usage("a command without a program");
    }
}

static bool write_to(const char *file, const char *text) {
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!written) {
        failed("cannot write", file);
    }
    if (fd >= 0) {
        close(fd);
    }
    return written;
}

/* The caller's own number, and no other. */
static bool map_ids(pid_t child) {
    char file[64], map[64];
    snprintf(file, sizeof file, "/proc/%d/setgroups", child);
    if (!write_to(file, "deny")) {
        return false;
    }
    snprintf(file, sizeof file, "/proc/%d/gid_map", child);
    snprintf(map, sizeof map, "%u %u 1", getegid(), getegid());
    if (!write_to(file, map)) {
        return false;
    }
    snprintf(file, sizeof file, "/proc/%d/uid_map", child);
    snprintf(map, sizeof map, "%u %u 1", geteuid(), geteuid());
    return write_to(file, map);
}

/* Whoever waits for QEMU's end must not read its process number in the output of something else. */
static void silence(void) {
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDOUT_FILENO);
        close(null);
    }
}

static int execute(void) {
    execv(plan.command[0], plan.command);
    int error = errno;
    failed("cannot execute", plan.command[0]);
    return error == ENOENT ? 127 : CANNOT_EXECUTE;
}

/* In the child. Its mother says its number in the host and keeps the line open; a byte back means that all stands. */
static int confined(int line) {
    pid_t self = 0;
    if (read(line, &self, sizeof self) != sizeof self) {
        return CANNOT_CONFINE;
    }
    bool own = geteuid() == 0 && plan.first_uid >= 0 && !plan.keep_user
        && has_number("/proc/self/uid_map", plan.first_uid + self)
        && has_number("/proc/self/gid_map", plan.gid >= 0 ? plan.gid : plan.first_uid + self) && own_user_can_open(&plan);
    long uid = own ? plan.first_uid + self : NO_ID;
    long gid = own ? plan.gid >= 0 ? plan.gid : uid : NO_ID;
    if (probing) {
        printf("namespaces\n");
        fflush(stdout);
    }
    if (!enter_root(&plan, self, uid, gid)) {
        return plan.missing ? MISSING : CANNOT_CONFINE;
    }
    if (!limit(&plan)) {
        return CANNOT_CONFINE;
    }
    /*
     * A translator (without KVM) keeps its code in huge pages; the restored guest just outgrows the first, and the second
     * is 2 MiB for a few KiB. Its memory is the template's file, which has none in any case.
     */
    if (plan.ram && prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0) {
        failed("cannot do without", "huge pages");
    }
    int listener = plan.ram ? -2 : -1;
    if (!become(&plan, uid, gid)) {
        return CANNOT_CONFINE;
    }
    if (!plan.detached && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return CANNOT_CONFINE;
    }
    /* Whose mother ended before this would never hear of it. */
    struct pollfd mother = {.fd = line, .events = 0};
    if (poll(&mother, 1, 0) != 0) {
        return CANNOT_CONFINE;
    }
    if (probing) {
        printf("root\n%s", uid >= 0 ? "user\n" : "");
        fflush(stdout);
        return 0;
    }
    if (plan.detached) {
        silence();
    }
    if (listener == -2) {
        listener = watch_opens();
        if (listener < 0 || !send_descriptor(line, listener)) {
            return CANNOT_CONFINE;
        }
    }
    if (send(line, "", 1, MSG_NOSIGNAL) != 1 || !close_others(&plan)) {
        return CANNOT_CONFINE;
    }
    return execute();
}

static pid_t spawn(int line[2]) {
    int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
    flags |= plan.keep_network ? 0 : CLONE_NEWNET;
    flags |= geteuid() == 0 ? 0 : CLONE_NEWUSER;
    pid_t child = (pid_t)syscall(SYS_clone, (unsigned long)flags, NULL, NULL, NULL, NULL);
    if (child == 0) {
        close(line[0]);
        _exit(confined(line[1]));
    }
    return child;
}

static bool announce(pid_t process) {
    char file[64], text[1024];
    snprintf(file, sizeof file, "/proc/%d/stat", process);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (length <= 0) {
        return failed("cannot read", file);
    }
    text[length] = 0;
    /* Behind the name, which may have anything in it, the 20th field is when it was started (proc(5)). */
    char *field = strrchr(text, ')');
    for (int i = 0; field && i < 20; i++) {
        field = strchr(field + 1, ' ');
    }
    printf("%d %llu\n", process, field ? strtoull(field, NULL, 10) : 0);
    return fflush(stdout) == 0 || failed("cannot say", "which process it is");
}

static int outcome(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return CANNOT_CONFINE;
        }
    }
    if (WIFEXITED(status)) {
        return WEXITSTATUS(status);
    }
    /* As if it had been ours; the core would be of the wrong program. */
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

/* For a QEMU that stays: whoever answers when it opens its memory has to stay as long, for without one it can open nothing. */
static bool leave_watcher(int listener, int ram) {
    pid_t watcher = fork();
    if (watcher == 0) {
        setsid();
        silence();
        for (int i = 0; i < plan.sockets; i++) {
            close(FIRST_DESCRIPTOR + i);
        }
        if (shed(true, false)) {
            answer_opens(listener, &plan, ram);
        }
        _exit(0);
    }
    return watcher > 0;
}

/*
 * Gives back QEMU's status in *status; false where it was not started because the host does not permit it all. A file that
 * is not there is no such reason.
 */
static bool start_confined(int *status) {
    int line[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line) != 0) {
        return failed("cannot make", "a socket pair");
    }
    int ram = plan.ram ? open(plan.ram, O_RDONLY | O_CLOEXEC) : -1;
    if (plan.ram && ram < 0) {
        failed("cannot open", plan.ram);
        return true;
    }
    pid_t child = spawn(line);
    if (child < 0) {
        return failed("cannot make", "namespaces");
    }
    close(line[1]);
    bool told = (geteuid() == 0 || map_ids(child)) && send(line[0], &child, sizeof child, MSG_NOSIGNAL) == sizeof child;
    if (!told) {
        kill(child, SIGKILL);
    }
    int listener = told && plan.ram && !probing ? receive_descriptor(line[0]) : -1;
    char byte;
    bool stands = told && recv(line[0], &byte, 1, 0) == 1;
    if (!stands) {
        int ended = outcome(child);
        *status = ended == MISSING ? CANNOT_CONFINE : ended;
        return ended == MISSING || (probing && ended == 0);
    }
    if (plan.detached) {
        /* One that nobody knows of would stay for ever. */
        bool known = (listener < 0 || leave_watcher(listener, ram)) && announce(child);
        if (!known) {
            kill(child, SIGKILL);
        }
        *status = known ? 0 : CANNOT_CONFINE;
        return true;
    }
    for (int i = 0; i < plan.sockets; i++) {
        /* Whoever is at the other end would wait for us, too. */
        close(FIRST_DESCRIPTOR + i);
    }
    if (!shed(listener >= 0, true)) {
        kill(child, SIGKILL);
    }
    if (listener >= 0) {
        answer_opens(listener, &plan, ram);
    }
    *status = outcome(child);
    return true;
}

int main(int argc, char **argv) {
    (void)argc;
    /* Whoever ignores it hears nothing of a child's end. */
    signal(SIGCHLD, SIG_DFL);
    parse(argv + 1);
    int status = CANNOT_CONFINE;
    if (start_confined(&status)) {
        return status;
    }
    if (probing) {
        return 0;
    }
    if (plan.require) {
        return CANNOT_CONFINE;
    }
    take_back(&plan);
    fprintf(stderr, "confine: this host does not permit more than a process without rights\n");
    if (!limit(&plan) || !become(&plan, NO_ID, NO_ID)) {
        return CANNOT_CONFINE;
    }
    if (plan.detached) {
        if (!announce(getpid())) {
            return CANNOT_CONFINE;
        }
        silence();
    }
    return close_others(&plan) ? execute() : CANNOT_CONFINE;
}
