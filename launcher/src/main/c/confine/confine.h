/* What the parts of confine have of each other; confine.c says what it is for. */
#ifndef SOURCEOS_CONFINE_H
#define SOURCEOS_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MAX_ITEMS = 512, MAX_SOCKETS = 4, FIRST_DESCRIPTOR = 3, NO_ID = -1 };

enum kind { READ, OWN, DEVICE, SHARE, SHARE_READ };

struct item {
    enum kind kind;
    const char *path;
    int tree; /* its mount, on no place yet */
    bool folder;
};

struct plan {
    struct item items[MAX_ITEMS];
    int count;
    bool require;      /* all of it, or nothing is started */
    bool detached;     /* goes on when whoever started it has ended */
    bool keep_network; /* the host's, for a user network */
    bool keep_user;    /* the caller's, for the sake of shared folders */
    bool low_ports;    /* it is to listen on ports below 1024 */
    long first_uid;
    long gid;   /* instead of one of its own: that of a device it must open */
    long fsize; /* the longest file it may write; negative: any */
    const char *ram;
    bool missing; /* something could not be shown because it is not there */
    int sockets; /* descriptors 3, 4, … that it is to have */
    char **command;
};

/* All of these say on standard error what failed, and give false. */
bool failed(const char *what, const char *which);

/* root.c: a root file system with nothing but the plan's items; the process must be in a mount namespace of its own. */
bool enter_root(struct plan *plan, pid_t self, long uid, long gid);
/* What enter_root gave to QEMU's own user, where QEMU does not get one after all. */
void take_back(const struct plan *plan);

/* rights.c */
bool become(const struct plan *plan, long uid, long gid);
/* For what stays beside QEMU: at most the right to read the name of the file that QEMU opens, and to take QEMU along. */
bool shed(bool watches, bool waits);
bool limit(const struct plan *plan);
bool close_others(const struct plan *plan);
/* Whether a map of numbers, that of users or that of groups, has this one. */
bool has_number(const char *map, long number);
bool own_user_can_open(const struct plan *plan);

/* calls.c: needs no_new_privs, and is never undone. */
bool refuse_calls(void);

/* ram.c */
int watch_opens(void);
void answer_opens(int listener, const struct plan *plan, int ram);

/* sockets.c: each at the descriptor that the plan's command names. */
bool open_socket(struct plan *plan, const char *path, bool listen_there);
bool send_descriptor(int socket, int descriptor);
int receive_descriptor(int socket);

#endif
