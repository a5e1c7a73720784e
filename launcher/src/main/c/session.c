/* The program's life: its streams, signals and end. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <grp.h>
#include <unistd.h>

#define STDIN_WINDOW (256 * 1024)
/* One write to the port carries 32 KiB: a frame of this size is one. */
#define OUTPUT_CHUNK (32 * 1024 - FRAME_HEADER)
/* Kept free for answers, so that the host's frames can be read while the program's output waits. */
#define CONTROL_RESERVE 4096
/* What the answers to one frame can take. */
#define ANSWER_ROOM 512
#define DRAIN_MS 10000
#define GOODBYE_MS 5000

enum stage { STAGE_DIRECTORY, STAGE_IDENTITY, STAGE_TERMINAL, STAGE_EXEC };

struct report {
	int stage;
	int error;
};

static struct {
	pid_t child;
	int signals;
	int input;     /* we write the program's standard input here, -1 when closed */
	int output[2]; /* we read its standard output and error here, -1 when closed */
	int slave;     /* our own hold on the terminal: it outlives programs that close theirs for a moment */
	bool terminal;
	bool input_ended;
	uint32_t owed; /* bytes of input taken but not granted again yet */
	uint8_t ring[STDIN_WINDOW];
	size_t ring_from, ring_length;
} session = { .signals = -1, .input = -1, .output = { -1, -1 }, .slave = -1 };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static _Noreturn void give_up(int report_fd, enum stage stage)
{
	struct report report = { (int)stage, errno };

	if (write(report_fd, &report, sizeof report) < 0)
		_exit(126);
	_exit(126);
}

static _Noreturn void become_program(const struct start *start, int in, int out, int err, int report_fd)
{
	struct rlimit files = { 1024, 524288 };
	struct rlimit core = { 0, RLIM_INFINITY };
	sigset_t none;

	setsid();
	if (start->terminal && ioctl(in, TIOCSCTTY, 0) != 0)
		give_up(report_fd, STAGE_TERMINAL);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		give_up(report_fd, STAGE_TERMINAL);
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &core);
	if (setgroups(start->group_count, start->groups) != 0 || setresgid(start->gid, start->gid, start->gid) != 0 ||
	    setresuid(start->uid, start->uid, start->uid) != 0)
		give_up(report_fd, STAGE_IDENTITY);
	if (chdir(start->directory) != 0)
		give_up(report_fd, STAGE_DIRECTORY);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* execvpe looks PATH up in this variable, not in the environment it hands on. */
	environ = start->environment.items;
	execvpe(start->arguments.items[0], start->arguments.items, start->environment.items);
	give_up(report_fd, STAGE_EXEC);
}

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("cannot make a pipe: %s", strerror(errno));
}

static void open_terminal(const struct start *start)
{
	struct winsize size = { .ws_row = start->rows, .ws_col = start->columns };
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int unlock = 0;
	unsigned int number = 0;
	char path[32];

	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) != 0 || ioctl(master, TIOCGPTN, &number) != 0)
		fail("cannot make a terminal: %s; the kernel lacks CONFIG_UNIX98_PTYS", strerror(errno));
	ioctl(master, TIOCSWINSZ, &size);
	snprintf(path, sizeof path, "/dev/pts/%u", number);
	session.slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (session.slave < 0)
		fail("cannot open the terminal %s: %s", path, strerror(errno));
	if (fchown(session.slave, start->uid, (gid_t)-1) != 0 || fchmod(session.slave, 0620) != 0)
		fail("cannot hand over the terminal %s: %s", path, strerror(errno));
	session.terminal = true;
	session.output[0] = master;
	session.input = fcntl(master, F_DUPFD_CLOEXEC, 0);
}

/* Says which way the start failed; returns when it did not. */
static void check_started(const struct start *start, int report_fd)
{
	struct report report;
	uint8_t payload[5];
	ssize_t n;

	do
		n = read(report_fd, &report, sizeof report);
	while (n < 0 && errno == EINTR);
	close(report_fd);
	if (n != (ssize_t)sizeof report)
		return;
	switch (report.stage) {
	case STAGE_DIRECTORY:
		fail("the working directory %s cannot be entered inside the machine: %s", start->directory,
		     strerror(report.error));
	case STAGE_IDENTITY:
		fail("cannot become user %u: %s", (unsigned)start->uid, strerror(report.error));
	case STAGE_TERMINAL:
		fail("cannot give the program its terminal: %s", strerror(report.error));
	default:
		payload[0] = report.error == ENOENT || report.error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
		put_u32(payload + 1, (uint32_t)report.error);
		channel_send(FRAME_EXIT, payload, sizeof payload);
		channel_drain(DRAIN_MS);
		sleep_ms(GOODBYE_MS);
		power_off();
	}
}

static void start_program(const struct start *start)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 }, report[2];

	make_pipe(report);
	if (start->terminal) {
		open_terminal(start);
		in[0] = out[1] = err[1] = session.slave;
	} else {
		make_pipe(in);
		make_pipe(out);
		make_pipe(err);
		session.input = in[1];
		session.output[0] = out[0];
		session.output[1] = err[0];
		/* /dev/stdin and the like are opened anew by path: the pipes must belong to the user. */
		if (fchown(in[0], start->uid, start->gid) != 0 || fchown(out[1], start->uid, start->gid) != 0 ||
		    fchown(err[1], start->uid, start->gid) != 0)
			fail("cannot hand over the pipes: %s", strerror(errno));
	}
	session.child = fork();
	if (session.child < 0)
		fail("cannot start a process: %s", strerror(errno));
	if (session.child == 0)
		become_program(start, in[0], out[1], err[1], report[1]);
	close(report[1]);
	if (!start->terminal) {
		close(in[0]);
		close(out[1]);
		close(err[1]);
	}
	check_started(start, report[0]);
	set_nonblocking(session.input);
	set_nonblocking(session.output[0]);
	if (session.output[1] >= 0)
		set_nonblocking(session.output[1]);
}

static void grant(uint32_t bytes)
{
	uint8_t payload[4];

	put_u32(payload, bytes);
	channel_send(FRAME_STDIN_GRANT, payload, sizeof payload);
}

static void close_input(bool broken)
{
	if (session.input < 0)
		return;
	close_fd(&session.input);
	session.ring_length = 0;
	if (broken)
		channel_send(FRAME_STDIN_CLOSED, NULL, 0);
}

static void take_input(const uint8_t *bytes, size_t length)
{
	if (session.input < 0)
		return;
	if (length > STDIN_WINDOW - session.ring_length)
		fail("the host sent more input than it was granted");
	for (size_t i = 0; i < length;) {
		size_t at = (session.ring_from + session.ring_length) % STDIN_WINDOW;
		size_t n = STDIN_WINDOW - at < length - i ? STDIN_WINDOW - at : length - i;
		memcpy(session.ring + at, bytes + i, n);
		session.ring_length += n;
		i += n;
	}
}

/* A terminal's end of input is a character, and what that is the program may have changed. */
static void end_terminal_input(void)
{
	struct termios settings;
	uint8_t end = 4;

	if (tcgetattr(session.slave, &settings) == 0 && settings.c_cc[VEOF] != 0)
		end = settings.c_cc[VEOF];
	if (write(session.input, &end, 1) < 0 && errno == EAGAIN)
		return;
	session.input_ended = false;
}

static void feed_program(void)
{
	while (session.input >= 0 && session.ring_length > 0) {
		size_t n = STDIN_WINDOW - session.ring_from;
		if (n > session.ring_length)
			n = session.ring_length;
		ssize_t written = write(session.input, session.ring + session.ring_from, n);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			break;
		if (written <= 0) {
			close_input(true);
			return;
		}
		session.ring_from = (session.ring_from + (size_t)written) % STDIN_WINDOW;
		session.ring_length -= (size_t)written;
		session.owed += (uint32_t)written;
	}
	if (session.owed >= STDIN_WINDOW / 4 || (session.owed > 0 && session.ring_length == 0)) {
		grant(session.owed);
		session.owed = 0;
	}
	if (session.input_ended && session.ring_length == 0 && session.input >= 0) {
		if (session.terminal)
			end_terminal_input();
		else
			close_input(false);
	}
}

static void signal_program(int number)
{
	/* The program leads its own session: its group is what a terminal's Ctrl-C would reach. */
	if (kill(-session.child, number) != 0)
		kill(session.child, number);
}

static void handle_frame(const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_STDIN:
		take_input(frame->payload, frame->length);
		break;
	case FRAME_STDIN_EOF:
		session.input_ended = true;
		break;
	case FRAME_RESIZE:
		if (frame->length == 4 && session.terminal) {
			struct winsize size = {
				.ws_row = (uint16_t)(frame->payload[0] | frame->payload[1] << 8),
				.ws_col = (uint16_t)(frame->payload[2] | frame->payload[3] << 8),
			};
			/* The kernel sends SIGWINCH by itself. */
			ioctl(session.output[0], TIOCSWINSZ, &size);
		}
		break;
	case FRAME_SIGNAL:
		if (frame->length == 1 && frame->payload[0] > 0 && frame->payload[0] < NSIG)
			signal_program(frame->payload[0]);
		break;
	case FRAME_PING:
		if (frame->length <= 64)
			channel_send(FRAME_PONG, frame->payload, frame->length);
		break;
	case FRAME_CLOSE_OUTPUT:
		/* Nobody reads it any more: the program learns by SIGPIPE, as it would from a pipe. */
		if (!session.terminal && frame->length == 1 && frame->payload[0] < 2)
			close_fd(&session.output[frame->payload[0]]);
		break;
	default:
		fail("the host sent a frame of unknown type %u", frame->type);
	}
}

/* Passes on one read of a stream; false when there was nothing to read now. */
static bool pass_output(int which)
{
	size_t room = channel_room();
	ssize_t n;

	if (session.output[which] < 0 || room <= CONTROL_RESERVE)
		return false;
	room -= CONTROL_RESERVE;
	n = read(session.output[which], channel_payload(), room < OUTPUT_CHUNK ? room : OUTPUT_CHUNK);
	if (n > 0) {
		channel_commit(which == 0 ? FRAME_STDOUT : FRAME_STDERR, (size_t)n);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* On a terminal an error is the end: it says EIO when nobody holds the other side. */
	close_fd(&session.output[which]);
	return false;
}

static bool reap(int *status)
{
	struct signalfd_siginfo info;
	bool ended = false;
	int one;
	pid_t pid;

	while (read(session.signals, &info, sizeof info) > 0) {
	}
	while ((pid = waitpid(-1, &one, WNOHANG)) > 0) {
		if (pid == session.child) {
			*status = one;
			ended = true;
		}
	}
	return ended;
}

static int run_until_end(void)
{
	int status = 0;

	for (;;) {
		bool room = channel_room() > CONTROL_RESERVE + ANSWER_ROOM;
		bool readable = channel_room() > ANSWER_ROOM;
		struct pollfd fds[5] = {
			{ session.signals, POLLIN, 0 },
			{ channel_fd(), (short)((readable ? POLLIN : 0) | (channel_pending() ? POLLOUT : 0)), 0 },
			/* Without events it still says when the program has closed its side. */
			{ session.input, session.ring_length > 0 || session.input_ended ? POLLOUT : 0, 0 },
			{ room ? session.output[0] : -1, POLLIN, 0 },
			{ room ? session.output[1] : -1, POLLIN, 0 },
		};
		struct frame frame;

		if (poll(fds, 5, -1) < 0 && errno != EINTR)
			fail("cannot wait for the program: %s", strerror(errno));
		if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL)) {
			dprintf(2, "sourceos init: the host has closed the port\n");
			kill(-1, SIGKILL);
			sync();
			power_off();
		}
		if (fds[1].revents & POLLIN) {
			if (!channel_fill())
				power_off();
		}
		/* Also without news: frames may wait from a moment when there was no room for their answers. */
		while (channel_room() > ANSWER_ROOM && channel_next(&frame))
			handle_frame(&frame);
		if (fds[2].revents & POLLERR)
			close_input(true);
		feed_program();
		if (fds[3].revents)
			pass_output(0);
		if (fds[4].revents)
			pass_output(1);
		if (!channel_flush())
			power_off();
		if (fds[0].revents && reap(&status))
			return status;
	}
}

/* The program has ended: nothing else may run on, and everything it wrote reaches the host. */
static void end_rest(void)
{
	int status;

	kill(-1, SIGKILL);
	/* A process stuck in the kernel does not keep the machine: two seconds, then the power goes anyway. */
	for (int waited = 0; waited < 2000; waited++) {
		pid_t pid;
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		}
		if (pid < 0)
			break;
		sleep_ms(1);
	}
	close_fd(&session.slave);
	for (int which = 0; which < 2; which++) {
		while (session.output[which] >= 0) {
			if (channel_room() <= CONTROL_RESERVE && !channel_drain(-1))
				power_off();
			if (!pass_output(which))
				break;
		}
	}
	/* The host may take its time: its reader is a pager, perhaps. It ends us when it has had enough. */
	if (!channel_drain(-1))
		power_off();
}

_Noreturn void run_session(struct start *start)
{
	sigset_t watched;
	uint8_t payload[5];
	int status;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	session.signals = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
	if (session.signals < 0)
		fail("cannot watch for the program's end: %s", strerror(errno));
	start_program(start);
	grant(STDIN_WINDOW);
	status = run_until_end();
	end_rest();
	unmount_shares(start);
	sync();
	payload[0] = WIFSIGNALED(status) ? EXIT_SIGNALLED : EXIT_EXITED;
	put_u32(payload + 1, (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
	channel_send(FRAME_EXIT, payload, sizeof payload);
	channel_drain(DRAIN_MS);
	/* The host ends the machine when it has this; otherwise we do. */
	sleep_ms(GOODBYE_MS);
	power_off();
}
