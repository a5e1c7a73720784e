/* Sockets that QEMU is given open, so that none need be in its file system. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 16 };

bool open_socket(struct plan *plan, const char *path, bool listen_there) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (plan->sockets == MAX_SOCKETS || strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return failed("cannot open", path);
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int wanted = FIRST_DESCRIPTOR + plan->sockets;
    if (fd >= 0 && fd != wanted) {
        int moved = dup2(fd, wanted);
        close(fd);
        fd = moved;
    }
    mode_t before = umask(0177);
    bool open = fd >= 0
        && (listen_there ? bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0
                         : connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    umask(before);
    if (!open) {
        return failed("cannot open", path);
    }
    plan->sockets++;
    return true;
}

bool send_descriptor(int socket, int descriptor) {
    char byte = 0, space[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    bool sent = sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
    return sent || failed("cannot hand over", "a descriptor");
}

int receive_descriptor(int socket) {
    char byte, space[CMSG_SPACE(sizeof(int))];
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) {
        return -1;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int descriptor = -1;
    if (header && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    }
    return descriptor;
}
