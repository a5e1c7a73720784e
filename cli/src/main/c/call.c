/*
 * A call of the resident service (docs/service.md has the protocol): hands over the arguments, the environment, the working
 * directory and the three standard streams, relays signals, and changes the terminal for the command, which cannot: this
 * process owns it, and puts it back whatever happens to the service.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"

extern char **environ;

enum {
	HEADER = 5,
	LARGEST_FRAME = 1 << 16,
	LARGEST_HELLO = 8 << 20,
	TYPED_AT_ONCE = 4096,
	PATIENCE_MS = 5000, /* with a service that does not answer */
	LAST_STRAW = 4,     /* so many interrupts, and we leave it alone */
};

static const int relayed[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

struct call {
	const struct client *client;
	int socket;
	int signals;
	int terminal; /* the descriptor of it, -1 for none */
	bool raw;
	struct termios found; /* what it was before raw */
	bool wants_input;
	sigset_t before;
	int interrupts;
};

int connect_service(void)
{
	char folder[PATH_MAX];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!runtime_folder(folder))
		return -1;
	int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/service.sock", folder);
	if (length < 0 || (size_t)length >= sizeof address.sun_path)
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	struct ucred peer;
	socklen_t size = sizeof peer;
	/* A full backlog is a service that does not answer: nobody waits for that. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0
		&& getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid()) {
		fcntl(fd, F_SETFL, 0);
		return fd;
	}
	close(fd);
	return -1;
}

/* --- the first message --- */

struct message {
	char *bytes;
	size_t length, room;
	bool failed;
};

static void put(struct message *message, const void *bytes, size_t length)
{
	if (message->length + length > message->room) {
		size_t room = (message->length + length) * 2;
		char *larger = realloc(message->bytes, room);
		if (!larger) {
			message->failed = true;
			return;
		}
		message->bytes = larger;
		message->room = room;
	}
	memcpy(message->bytes + message->length, bytes, length);
	message->length += length;
}

static void put_number(struct message *message, uint32_t number)
{
	number = htonl(number);
	put(message, &number, sizeof number);
}

static void put_text(struct message *message, const char *text)
{
	size_t length = strlen(text);
	put_number(message, (uint32_t)length);
	put(message, text, length);
}

static void put_size(struct message *message, int terminal)
{
	struct winsize size = { 0 };
	if (terminal >= 0)
		ioctl(terminal, TIOCGWINSZ, &size);
	uint16_t fields[2] = { htons(size.ws_row), htons(size.ws_col) };
	put(message, fields, sizeof fields);
}

static bool put_hello(struct message *message, const struct client *client, const int files[3], int terminal)
{
	char here[PATH_MAX];
	if (!getcwd(here, sizeof here) || *here != '/')
		return false;
	put(message, "SOS1\0\0\0\0", 8);
	put_text(message, client->build);
	put_text(message, client->name);
	put_text(message, here);
	unsigned char flags = 0;
	for (int i = 0; i < 3; i++)
		flags |= isatty(files[i]) ? 1 << i : 0;
	put(message, &flags, 1);
	put_size(message, terminal);
	put_number(message, (uint32_t)client->argc - 1);
	for (int i = 1; i < client->argc; i++)
		put_text(message, client->argv[i]);
	uint32_t variables = 0;
	for (char **variable = environ; *variable; variable++)
		variables += strncmp(*variable, "SOURCEOS_NAME=", 14) != 0;
	put_number(message, variables);
	for (char **variable = environ; *variable; variable++) {
		if (strncmp(*variable, "SOURCEOS_NAME=", 14) != 0)
			put_text(message, *variable);
	}
	if (message->failed || message->length - 8 > LARGEST_HELLO)
		return false;
	uint32_t length = htonl((uint32_t)(message->length - 8));
	memcpy(message->bytes + 4, &length, sizeof length);
	return true;
}

static bool send_all(int socket, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t n = send(socket, at, length, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static bool send_hello(int socket, const struct message *message, const int files[3])
{
	union {
		char space[CMSG_SPACE(3 * sizeof(int))];
		struct cmsghdr aligned;
	} control = { 0 };
	struct iovec vector = { .iov_base = message->bytes, .iov_len = message->length };
	struct msghdr header = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space,
	};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(3 * sizeof(int));
	memcpy(CMSG_DATA(rights), files, 3 * sizeof(int));
	ssize_t n = sendmsg(socket, &header, MSG_NOSIGNAL);
	return n > 0 && send_all(socket, message->bytes + n, message->length - (size_t)n);
}

/* --- frames --- */

static bool send_frame(int socket, char type, const void *content, uint32_t length)
{
	char frame[HEADER + LARGEST_FRAME];
	uint32_t size = htonl(length);
	frame[0] = type;
	memcpy(frame + 1, &size, sizeof size);
	memcpy(frame + HEADER, content, length);
	return send_all(socket, frame, HEADER + length);
}

static bool receive_all(int socket, void *bytes, size_t length)
{
	char *at = bytes;
	while (length > 0) {
		ssize_t n = recv(socket, at, length, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static bool receive_frame(int socket, char *type, char content[LARGEST_FRAME], uint32_t *length)
{
	char header[HEADER];
	if (!receive_all(socket, header, sizeof header))
		return false;
	*type = header[0];
	memcpy(length, header + 1, sizeof *length);
	*length = ntohl(*length);
	return *length <= LARGEST_FRAME && receive_all(socket, content, *length);
}

/* --- the terminal --- */

static void put_back(struct call *call)
{
	if (!call->raw)
		return;
	handle(SIGTTOU, SIG_IGN); /* from the background too */
	tcsetattr(call->terminal, TCSADRAIN, &call->found);
	handle(SIGTTOU, SIG_DFL);
}

/* As `stty raw -echo` does it. */
static void make_raw(struct call *call)
{
	struct termios raw = call->found;
	raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | IGNPAR | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF
		| IUCLC | IXANY | IMAXBEL);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ISIG | ICANON | ECHO | XCASE);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(call->terminal, TCSADRAIN, &raw);
}

static bool change_terminal(struct call *call, bool raw)
{
	if (raw && !call->raw && call->terminal >= 0 && tcgetattr(call->terminal, &call->found) == 0) {
		make_raw(call);
		call->raw = true;
	} else if (!raw && call->raw) {
		put_back(call);
		call->raw = false;
	}
	/* The service keeps what the terminal was, for when we are killed. */
	return send_frame(call->socket, 'K', &call->found, call->raw ? sizeof call->found : 0);
}

static bool send_size(struct call *call)
{
	struct message size = { 0 };
	put_size(&size, call->terminal);
	bool sent = !size.failed && send_frame(call->socket, 'W', size.bytes, 4);
	free(size.bytes);
	return sent;
}

static bool type(struct call *call)
{
	char typed[TYPED_AT_ONCE];
	ssize_t n = read(STDIN_FILENO, typed, sizeof typed);
	if (n < 0 && errno == EINTR)
		return true;
	call->wants_input = false;
	return send_frame(call->socket, 'D', typed, n > 0 ? (uint32_t)n : 0);
}

/* --- signals --- */

static void take_signals(struct call *call)
{
	sigset_t taken;
	sigemptyset(&taken);
	for (size_t i = 0; i < sizeof relayed / sizeof *relayed; i++) {
		struct sigaction found;
		/* What the caller ignores (nohup, a background job of sh) stays ignored. */
		if (sigaction(relayed[i], NULL, &found) != 0 || found.sa_handler != SIG_IGN)
			sigaddset(&taken, relayed[i]);
	}
	sigaddset(&taken, SIGWINCH);
	sigaddset(&taken, SIGTSTP);
	sigprocmask(SIG_BLOCK, &taken, &call->before);
	call->signals = signalfd(-1, &taken, SFD_CLOEXEC);
}

static void give_signals_back(struct call *call)
{
	if (call->signals >= 0)
		close(call->signals);
	sigprocmask(SIG_SETMASK, &call->before, NULL);
}

/* Stops as any program does, with the terminal as it was; the command goes on meanwhile. */
static bool stop(struct call *call)
{
	sigset_t stopping;
	put_back(call);
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL); /* here it stops, and goes on at SIGCONT */
	sigprocmask(SIG_BLOCK, &stopping, NULL);
	if (call->raw)
		make_raw(call);
	return call->terminal < 0 || send_size(call);
}

/* False when the connection broke, or the user's patience. */
static bool relay(struct call *call)
{
	struct signalfd_siginfo info;
	if (read(call->signals, &info, sizeof info) != sizeof info)
		return true;
	if (info.ssi_signo == SIGWINCH)
		return send_size(call);
	if (info.ssi_signo == SIGTSTP)
		return stop(call);
	if ((info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM) && ++call->interrupts >= LAST_STRAW)
		return false;
	uint32_t number = htonl(info.ssi_signo);
	return send_frame(call->socket, 'S', &number, sizeof number);
}

/* --- the call --- */

/* Until the status is there; false when the service is gone. */
static bool attend(struct call *call, int *status)
{
	static char content[LARGEST_FRAME];
	while (true) {
		struct pollfd set[3] = {
			{ .fd = call->socket, .events = POLLIN },
			{ .fd = call->signals, .events = POLLIN },
			{ .fd = call->wants_input ? STDIN_FILENO : -1, .events = POLLIN },
		};
		if (poll(set, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		if (set[0].revents) {
			char what;
			uint32_t length;
			if (!receive_frame(call->socket, &what, content, &length))
				return false;
			if (what == 'E' && length == 4) {
				uint32_t number;
				memcpy(&number, content, sizeof number);
				*status = (int)(ntohl(number) & 0xff);
				return true;
			}
			if (what == 'R' || what == 'C') {
				if (!change_terminal(call, what == 'R'))
					return false;
			} else if (what == 'I') {
				call->wants_input = true;
			}
			continue;
		}
		if (set[1].revents && !relay(call))
			return false;
		if (set[2].revents && !type(call))
			return false;
	}
}

/* What the service says to the first message. */
static enum outcome admitted(int socket, char why[256])
{
	static char content[LARGEST_FRAME];
	char what;
	uint32_t length;
	struct pollfd answer = { .fd = socket, .events = POLLIN };
	int ready;
	do {
		ready = poll(&answer, 1, PATIENCE_MS);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0) {
		snprintf(why, 256, "it does not answer");
		return NOT_THERE;
	}
	if (!receive_frame(socket, &what, content, &length))
		return NO_SERVICE; /* it ended just now */
	if (what == 'A')
		return DONE;
	if (what == 'O')
		return OTHER_BUILD;
	snprintf(why, 256, "%.*s", (int)(length < 250 ? length : 250), content);
	return NOT_THERE;
}

static int the_terminal(const int files[3])
{
	for (int i = 0; i < 3; i++) {
		if (isatty(files[i]))
			return files[i];
	}
	return -1;
}

enum outcome call_service(const struct client *client, int *status, char why[256])
{
	/* What the caller closed must not become our connection; a Java process finds it closed again. */
	int spare;
	while ((spare = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && spare <= STDERR_FILENO)
		;
	close(spare);
	struct call call = { .client = client, .socket = connect_service(), .signals = -1 };
	if (call.socket < 0)
		return NO_SERVICE;
	const int files[3] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	call.terminal = the_terminal(files);
	struct message hello = { 0 };
	enum outcome outcome = NOT_THERE;
	snprintf(why, 256, "the arguments or the environment cannot be handed over");
	if (put_hello(&hello, client, files, call.terminal)) {
		/* From here on, so that no signal falls between. */
		take_signals(&call);
		outcome = call.signals >= 0 && send_hello(call.socket, &hello, files) ? admitted(call.socket, why) : NO_SERVICE;
		if (outcome == DONE && !send_frame(call.socket, 'G', "", 0))
			outcome = NO_SERVICE;
		if (outcome == DONE && !attend(&call, status)) {
			put_back(&call);
			if (call.interrupts < LAST_STRAW)
				fprintf(stderr, "%s: the resident service ended in the middle of this call; service.log in the state"
					" folder may say why\n", client->name);
			*status = call.interrupts < LAST_STRAW ? client->our_error : 128 + SIGINT;
		} else {
			put_back(&call);
		}
		give_signals_back(&call);
	}
	free(hello.bytes);
	close(call.socket);
	return outcome;
}
