/* The programs' lives: their streams, signals and ends. The machine's own is session 0; with its end the machine ends. */
#include "session.h"
#include "guest.h"
#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
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
/* How often a kept machine looks whether a host has come back. */
#define AWAY_MS 100
/* More than pipes and terminals hold: what comes after that, a program that has ended has not written. */
#define LEFTOVER_MAX (256 * 1024)

enum stage { STAGE_DIRECTORY, STAGE_IDENTITY, STAGE_TERMINAL, STAGE_EXEC };

struct report {
	int stage;
	int error;
};

struct session {
	uint16_t number;
	bool used;
	pid_t child;
	int input;     /* we write the program's standard input here, -1 when closed */
	int output[2]; /* we read its standard output and error here, -1 when closed */
	int slave;     /* our own hold on the terminal: it outlives programs that close theirs for a moment */
	bool terminal;
	bool input_ended;
	bool ended; /* the program, with this status; its output is still being passed on */
	int status;
	size_t leftover;   /* bytes of output since then */
	size_t allowance;  /* bytes of output that the host takes; session 0 has no such limit */
	uint32_t owed;     /* bytes of input taken but not granted again yet */
	size_t ring_from, ring_length;
	uint8_t ring[STDIN_WINDOW]; /* last: its pages stay untouched until there is input */
};

static struct session sessions[SESSIONS];
static int signals = -1;
/* An EXEC of which more is to come. */
static struct start arriving;
static uint16_t arriving_session;

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
	if (chdir(start->directory != NULL ? start->directory : "/") != 0)
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

static void clear(struct session *s, uint16_t number)
{
	s->number = number;
	s->used = s->terminal = s->input_ended = s->ended = false;
	s->child = 0;
	s->input = s->output[0] = s->output[1] = s->slave = -1;
	s->status = 0;
	s->leftover = s->allowance = 0;
	s->owed = 0;
	s->ring_from = s->ring_length = 0;
}

/* The host has broken the rules, or a break has cut what it said. */
static void distrust(const char *why)
{
	if (!channel_is_kept())
		fail("%s", why);
	channel_lose();
}

static void close_session(struct session *s)
{
	close_fd(&s->input);
	close_fd(&s->output[0]);
	close_fd(&s->output[1]);
	close_fd(&s->slave);
	clear(s, s->number);
}

/* What goes wrong with session 0 ends the machine; with another one, only that. Always false. */
static bool refuse(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct session *s, const char *format, ...)
{
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	if (s->number == 0)
		fail("%s", text);
	channel_send(FRAME_ERROR, s->number, text, strlen(text));
	return false;
}

static bool open_terminal(struct session *s, const struct start *start)
{
	struct winsize size = { .ws_row = start->rows, .ws_col = start->columns };
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int unlock = 0;
	unsigned int number = 0;
	char path[32];

	s->output[0] = master;
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) != 0 || ioctl(master, TIOCGPTN, &number) != 0)
		return refuse(s, "cannot make a terminal: %s; the kernel lacks CONFIG_UNIX98_PTYS", strerror(errno));
	ioctl(master, TIOCSWINSZ, &size);
	snprintf(path, sizeof path, "/dev/pts/%u", number);
	s->slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s->slave < 0)
		return refuse(s, "cannot open the terminal %s: %s", path, strerror(errno));
	if (fchown(s->slave, start->uid, (gid_t)-1) != 0 || fchmod(s->slave, 0620) != 0)
		return refuse(s, "cannot hand over the terminal %s: %s", path, strerror(errno));
	s->terminal = true;
	s->input = fcntl(master, F_DUPFD_CLOEXEC, 0);
	return true;
}

static void send_exit(uint16_t session, uint8_t kind, uint32_t value)
{
	uint8_t payload[5] = { kind };

	put_u32(payload + 1, value);
	channel_send(FRAME_EXIT, session, payload, sizeof payload);
}

static void send_status(uint16_t session, int status)
{
	send_exit(session, WIFSIGNALED(status) ? EXIT_SIGNALLED : EXIT_EXITED,
		  (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
}

static _Noreturn void stay_for_host(uint8_t kind, uint32_t value);

/* Whether it runs; otherwise says which way the start failed. */
static bool check_started(struct session *s, const struct start *start, int report_fd)
{
	struct report report;
	uint8_t kind;
	ssize_t n;

	do
		n = read(report_fd, &report, sizeof report);
	while (n < 0 && errno == EINTR);
	close(report_fd);
	if (n != (ssize_t)sizeof report)
		return true;
	switch (report.stage) {
	case STAGE_DIRECTORY:
		return refuse(s, "the working directory %s cannot be entered inside the machine: %s",
			      start->directory != NULL ? start->directory : "/", strerror(report.error));
	case STAGE_IDENTITY:
		return refuse(s, "cannot become user %u: %s", (unsigned)start->uid, strerror(report.error));
	case STAGE_TERMINAL:
		return refuse(s, "cannot give the program its terminal: %s", strerror(report.error));
	default:
		kind = report.error == ENOENT || report.error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
		if (s->number == 0 && channel_is_kept())
			stay_for_host(kind, (uint32_t)report.error);
		send_exit(s->number, kind, (uint32_t)report.error);
		if (s->number == 0) {
			channel_drain(DRAIN_MS);
			sleep_ms(GOODBYE_MS);
			power_off();
		}
		return false;
	}
}

static bool start_program(struct session *s, const struct start *start)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 }, report[2] = { -1, -1 };
	bool started = false;

	if (pipe2(report, O_CLOEXEC) != 0) {
		refuse(s, "cannot make a pipe: %s", strerror(errno));
		return false;
	}
	if (start->terminal) {
		if (!open_terminal(s, start))
			goto done;
	} else {
		if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
			refuse(s, "cannot make a pipe: %s", strerror(errno));
			close_fd(&in[1]);
			close_fd(&out[0]);
			close_fd(&err[0]);
			goto done;
		}
		s->input = in[1];
		s->output[0] = out[0];
		s->output[1] = err[0];
		/* /dev/stdin and the like are opened anew by path: the pipes must belong to the user. */
		if (fchown(in[0], start->uid, start->gid) != 0 || fchown(out[1], start->uid, start->gid) != 0 ||
		    fchown(err[1], start->uid, start->gid) != 0) {
			refuse(s, "cannot hand over the pipes: %s", strerror(errno));
			goto done;
		}
	}
	s->child = fork();
	if (s->child < 0) {
		refuse(s, "cannot start a process: %s", strerror(errno));
		goto done;
	}
	if (s->child == 0 && start->terminal)
		become_program(start, s->slave, s->slave, s->slave, report[1]);
	if (s->child == 0)
		become_program(start, in[0], out[1], err[1], report[1]);
	close_fd(&report[1]);
	started = check_started(s, start, report[0]);
	report[0] = -1;
	if (started) {
		set_nonblocking(s->input);
		set_nonblocking(s->output[0]);
		if (s->output[1] >= 0)
			set_nonblocking(s->output[1]);
	}
done:
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&err[1]);
	close_fd(&report[0]);
	close_fd(&report[1]);
	return started;
}

static void grant(const struct session *s, uint32_t bytes)
{
	uint8_t payload[4];

	put_u32(payload, bytes);
	channel_send(FRAME_STDIN_GRANT, s->number, payload, sizeof payload);
}

static void close_input(struct session *s, bool broken)
{
	if (s->input < 0)
		return;
	close_fd(&s->input);
	s->ring_length = 0;
	if (broken)
		channel_send(FRAME_STDIN_CLOSED, s->number, NULL, 0);
}

static void take_input(struct session *s, const uint8_t *bytes, size_t length)
{
	if (s->input < 0)
		return;
	if (length > STDIN_WINDOW - s->ring_length) {
		distrust("the host sent more input than it was granted");
		return;
	}
	for (size_t i = 0; i < length;) {
		size_t at = (s->ring_from + s->ring_length) % STDIN_WINDOW;
		size_t n = STDIN_WINDOW - at < length - i ? STDIN_WINDOW - at : length - i;
		memcpy(s->ring + at, bytes + i, n);
		s->ring_length += n;
		i += n;
	}
}

/* A terminal's end of input is a character, and what that is the program may have changed. */
static void end_terminal_input(struct session *s)
{
	struct termios settings;
	uint8_t end = 4;

	if (tcgetattr(s->slave, &settings) == 0 && settings.c_cc[VEOF] != 0)
		end = settings.c_cc[VEOF];
	if (write(s->input, &end, 1) < 0 && errno == EAGAIN)
		return;
	s->input_ended = false;
}

static void feed_program(struct session *s)
{
	while (s->input >= 0 && s->ring_length > 0) {
		size_t n = STDIN_WINDOW - s->ring_from;
		if (n > s->ring_length)
			n = s->ring_length;
		ssize_t written = write(s->input, s->ring + s->ring_from, n);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			break;
		if (written <= 0) {
			close_input(s, true);
			return;
		}
		s->ring_from = (s->ring_from + (size_t)written) % STDIN_WINDOW;
		s->ring_length -= (size_t)written;
		s->owed += (uint32_t)written;
	}
	if (channel_is_synced() && (s->owed >= STDIN_WINDOW / 4 || (s->owed > 0 && s->ring_length == 0))) {
		grant(s, s->owed);
		s->owed = 0;
	}
	if (s->input_ended && s->ring_length == 0 && s->input >= 0) {
		if (s->terminal)
			end_terminal_input(s);
		else
			close_input(s, false);
	}
}

static void signal_program(const struct session *s, int number)
{
	if (s->ended)
		return;
	/* The program leads its own session: its group is what a terminal's Ctrl-C would reach. */
	if (kill(-s->child, number) != 0)
		kill(s->child, number);
}

static void execute(const struct frame *frame)
{
	struct session *s = &sessions[frame->session];

	if (s->used || (arriving_session != 0 && arriving_session != frame->session)) {
		distrust("the host started a session at the wrong time");
		return;
	}
	arriving_session = frame->session;
	if (channel_is_kept()) {
		/* A break that went by unseen can leave a whole frame of two halves. */
		jmp_buf here;
		if (setjmp(here) != 0) {
			way_back = NULL;
			free_start(&arriving);
			arriving_session = 0;
			distrust("the host sent a broken EXEC");
			return;
		}
		way_back = &here;
	}
	bool whole = append_start(&arriving, frame);
	if (whole)
		parse_start(&arriving);
	way_back = NULL;
	if (!whole)
		return;
	arriving_session = 0;
	clear(s, frame->session);
	s->used = start_program(s, &arriving);
	if (s->used)
		grant(s, STDIN_WINDOW);
	else
		close_session(s);
	free_start(&arriving);
}

static void resize(const struct session *s, uint16_t rows, uint16_t columns)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };

	/* The kernel sends SIGWINCH by itself. */
	if (s->used && s->terminal)
		ioctl(s->output[0], TIOCSWINSZ, &size);
}

static void resize_program(uint16_t rows, uint16_t columns)
{
	resize(&sessions[0], rows, columns);
}

/*
 * While we are saved, and until we know whether we were restored, nothing runs before us: a restored machine's programs
 * get the random numbers and the time of their own life, not of the one that was saved.
 */
static void come_first(bool first)
{
	struct sched_param priority = { .sched_priority = first ? 1 : 0 };

	/* It only narrows a gap: a kernel that refuses is no reason to fail. */
	sched_setscheduler(0, first ? SCHED_FIFO | SCHED_RESET_ON_FORK : SCHED_OTHER, &priority);
}

static void take_news(const struct frame *frame)
{
	jmp_buf here;

	if (setjmp(here) != 0) {
		way_back = NULL;
		distrust("the host sent a broken RENEW");
		return;
	}
	way_back = &here;
	renew(frame);
	way_back = NULL;
	come_first(false);
}

static void handle_frame(const struct frame *frame)
{
	struct session *s = &sessions[frame->session];

	if (frame->type == FRAME_PING) {
		if (frame->length <= 64)
			channel_send(FRAME_PONG, frame->session, frame->payload, frame->length);
		return;
	}
	if (frame->type == FRAME_EXEC) {
		execute(frame);
		return;
	}
	if (frame->type == FRAME_CHECKPOINT) {
		come_first(frame->length == 1 && frame->payload[0] != 0);
		return;
	}
	if (frame->type == FRAME_RENEW) {
		take_news(frame);
		return;
	}
	if (frame->type == FRAME_HOLD || frame->type == FRAME_CONTINUE) {
		/* Not for machines that are kept: what a break has cut must not be taken for these. */
		if (channel_is_kept() || frame->session != 0 || (frame->type == FRAME_HOLD && !hold_ask(frame)))
			distrust("the host sent a HOLD or CONTINUE that makes no sense");
		else if (frame->type == FRAME_CONTINUE)
			continue_programs(frame, resize_program);
		return;
	}
	if (frame->type < FRAME_STDIN || frame->type > FRAME_OUTPUT_GRANT) {
		distrust("the host sent a frame of unknown type");
		return;
	}
	/* The host may not know yet that the session has ended. */
	if (!s->used)
		return;
	switch (frame->type) {
	case FRAME_STDIN:
		take_input(s, frame->payload, frame->length);
		break;
	case FRAME_STDIN_EOF:
		s->input_ended = true;
		break;
	case FRAME_RESIZE:
		if (frame->length == 4)
			resize(s, (uint16_t)(frame->payload[0] | frame->payload[1] << 8),
			       (uint16_t)(frame->payload[2] | frame->payload[3] << 8));
		break;
	case FRAME_SIGNAL:
		if (frame->length == 1 && frame->payload[0] > 0 && frame->payload[0] < NSIG)
			signal_program(s, frame->payload[0]);
		break;
	case FRAME_CLOSE_OUTPUT:
		/* Nobody reads it any more: the program learns by SIGPIPE, as it would from a pipe. */
		if (!s->terminal && frame->length == 1 && frame->payload[0] < 2)
			close_fd(&s->output[frame->payload[0]]);
		break;
	case FRAME_OUTPUT_GRANT:
		if (frame->length != 4 || get_u32(frame->payload) > MAX_OUTPUT_GRANT - s->allowance)
			distrust("the host granted more output than it may");
		else
			s->allowance += get_u32(frame->payload);
		break;
	}
}

/* How much of a session's output can be passed on now. */
static size_t output_room(const struct session *s)
{
	size_t room = channel_room();

	room = room <= CONTROL_RESERVE ? 0 : room - CONTROL_RESERVE;
	if (room > OUTPUT_CHUNK)
		room = OUTPUT_CHUNK;
	return s->number != 0 && room > s->allowance ? s->allowance : room;
}

/* Passes on one read of a stream; false when there was nothing to read now. */
static bool pass_output(struct session *s, int which)
{
	static uint8_t nowhere[OUTPUT_CHUNK];
	size_t room = output_room(s);
	/* While the host is away its machine does not stand still: what cannot be kept for it is counted. */
	bool lost = room == 0 && s->number == 0 && !channel_is_synced();
	ssize_t n;

	if (s->output[which] < 0 || (room == 0 && !lost))
		return false;
	n = lost ? read(s->output[which], nowhere, sizeof nowhere) : read(s->output[which], channel_payload(), room);
	if (n > 0) {
		hold_heard();
		if (lost)
			channel_count_lost((size_t)n);
		else
			channel_commit(which == 0 ? FRAME_STDOUT : FRAME_STDERR, s->number, (size_t)n);
		if (s->number != 0)
			s->allowance -= (size_t)n;
		if (s->ended)
			s->leftover += (size_t)n;
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* On a terminal an error is the end: it says EIO when nobody holds the other side. */
	close_fd(&s->output[which]);
	return false;
}

/* Whether everything that an ended program had written was passed on. */
static bool is_drained(const struct session *s)
{
	for (int which = 0; which < 2 && s->leftover < LEFTOVER_MAX; which++) {
		struct pollfd state = { s->output[which], POLLIN, 0 };
		if (s->output[which] >= 0 && poll(&state, 1, 0) > 0 && (state.revents & POLLIN))
			return false;
	}
	return true;
}

static void reap(void)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(signals, &info, sizeof info) > 0) {
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < SESSIONS; i++) {
			struct session *s = &sessions[i];
			if (s->used && !s->ended && pid == s->child) {
				s->ended = true;
				s->status = status;
				/* What it left behind gets the end of its terminal, as when a window is closed. */
				close_fd(&s->slave);
			}
		}
	}
}

/* A host has come (back): it knows nothing of before. */
static void greet_host(void)
{
	uint32_t running = 0;

	for (int i = 0; i < SESSIONS; i++)
		running |= sessions[i].used ? 1u << i : 0;
	channel_greet(running);
	if (arriving_session != 0)
		free_start(&arriving);
	arriving_session = 0;
	for (int i = 0; i < SESSIONS; i++) {
		struct session *s = &sessions[i];
		if (!s->used)
			continue;
		s->owed = 0;
		s->allowance = 0;
		if (s->input < 0 || s->input_ended)
			channel_send(FRAME_STDIN_CLOSED, s->number, NULL, 0);
		else if (s->ring_length < STDIN_WINDOW)
			grant(s, (uint32_t)(STDIN_WINDOW - s->ring_length));
	}
}

static void host_has_gone(void)
{
	if (channel_is_kept()) {
		channel_lose();
		return;
	}
	dprintf(2, "sourceos init: the host has closed the port\n");
	kill(-1, SIGKILL);
	sync();
	power_off();
}

/* What the port has for us, and whether a host has come (back); without news too, for frames may wait from a moment when there was no room for answers. */
static bool serve_port(short events, bool handle)
{
	struct frame frame;
	bool resumed;

	if (events & (POLLHUP | POLLERR | POLLNVAL))
		host_has_gone();
	else if ((events & POLLIN) && !channel_fill())
		host_has_gone();
	resumed = channel_was_resumed();
	if (resumed)
		greet_host();
	while (channel_room() > ANSWER_ROOM && channel_next(&frame))
		if (handle)
			handle_frame(&frame);
	/* A host that died while we were saved has not said that it was over. */
	if (resumed)
		come_first(false);
	return resumed;
}

/* What of the port is to be waited for; -1 as its descriptor while nobody has it open, for that would never be silent. */
static struct pollfd port_to_poll(void)
{
	bool there = channel_is_synced() || channel_has_host();
	bool readable = channel_room() > ANSWER_ROOM || !channel_is_synced();
	bool pending = channel_pending() && channel_is_synced();

	return (struct pollfd){ there ? channel_fd() : -1, (short)((readable ? POLLIN : 0) | (pending ? POLLOUT : 0)), 0 };
}

/* The programs stand still, and everything they have said is on its way before HELD is. */
static void hold_still(void)
{
	hold_programs();
	for (int which = 0; which < 2; which++)
		do {
			if (channel_room() <= CONTROL_RESERVE && !channel_drain(-1))
				host_has_gone();
		} while (pass_output(&sessions[0], which));
	channel_send(FRAME_HELD, 0, NULL, 0);
}

static int run_until_end(void)
{
	int first = 0;

	/* What came with START and is read already. */
	serve_port(0, true);
	for (;;) {
		bool room = channel_room() > CONTROL_RESERVE + ANSWER_ROOM;
		struct pollfd fds[2 + 3 * SESSIONS] = { { signals, POLLIN, 0 }, port_to_poll() };

		for (int i = 0; i < SESSIONS; i++) {
			const struct session *s = &sessions[i];
			bool wanted = s->used && (i == 0 ? room || !channel_is_synced() :
							   room && channel_is_synced() && s->allowance > 0);
			struct pollfd *at = fds + 2 + 3 * i;

			/* Without events it still says when the program has closed its side. */
			at[0].fd = s->used ? s->input : -1;
			at[0].events = s->ring_length > 0 || s->input_ended ? POLLOUT : 0;
			at[1].fd = wanted ? s->output[0] : -1;
			at[2].fd = wanted ? s->output[1] : -1;
			at[1].events = at[2].events = POLLIN;
		}
		if (poll(fds, 2 + 3 * SESSIONS, hold_timeout(fds[1].fd < 0 ? AWAY_MS : -1)) < 0 && errno != EINTR)
			fail("cannot wait for the program: %s", strerror(errno));
		serve_port(fds[1].revents, true);
		/* Whoever came first last time comes last: nobody's flood keeps the others out. */
		first = (first + 1) % SESSIONS;
		for (int turn = 0; turn < SESSIONS; turn++) {
			struct session *s = &sessions[(first + turn) % SESSIONS];
			const struct pollfd *at = fds + 2 + 3 * s->number;

			if (!s->used)
				continue;
			if (at[0].fd == s->input && (at[0].revents & POLLERR))
				close_input(s, true);
			feed_program(s);
			for (int which = 0; which < 2; which++)
				if (at[1 + which].revents && (s->number == 0 || channel_is_synced()))
					pass_output(s, which);
		}
		if (hold_is_due())
			hold_still();
		if (!channel_flush())
			host_has_gone();
		if (fds[0].revents)
			reap();
		if (sessions[0].ended)
			return sessions[0].status;
		for (int i = 1; i < SESSIONS; i++) {
			if (sessions[i].used && sessions[i].ended && is_drained(&sessions[i])) {
				send_status((uint16_t)i, sessions[i].status);
				close_session(&sessions[i]);
			}
		}
	}
}

/* One turn of a kept machine whose program has ended; whether a host has come (back). */
static bool turn(void)
{
	struct pollfd port = port_to_poll();

	poll(&port, 1, port.fd < 0 ? AWAY_MS : 1000);
	bool resumed = serve_port(port.revents, false);
	if (!channel_flush())
		host_has_gone();
	return resumed;
}

/* The end of a kept machine: its host has time to come and ask how the program ended, and ends the machine then. */
static _Noreturn void stay_for_host(uint8_t kind, uint32_t value)
{
	bool said = false;

	sessions[0].used = false;
	for (;;) {
		if (!said && channel_is_synced()) {
			send_exit(0, kind, value);
			said = true;
		}
		if (turn() || !channel_is_synced())
			said = false;
	}
}

/* The program has ended: nothing else may run on, and everything it wrote reaches the host. */
static void end_rest(void)
{
	struct session *s = &sessions[0];
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
	/* Nobody of the other sessions is left, and the machine's end is theirs. */
	for (int i = 1; i < SESSIONS; i++)
		if (sessions[i].used)
			close_session(&sessions[i]);
	close_fd(&s->slave);
	for (int which = 0; which < 2; which++) {
		while (s->output[which] >= 0) {
			if (channel_is_kept()) {
				if (channel_is_synced() && channel_room() <= CONTROL_RESERVE)
					turn();
				else if (!pass_output(s, which))
					break;
				continue;
			}
			if (channel_room() <= CONTROL_RESERVE && !channel_drain(-1))
				power_off();
			if (!pass_output(s, which))
				break;
		}
	}
	/* The host may take its time: its reader is a pager, perhaps. It ends us when it has had enough. */
	if (!channel_is_kept() && !channel_drain(-1))
		power_off();
}

_Noreturn void run_session(struct start *start)
{
	sigset_t watched;
	int status;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	signals = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		fail("cannot watch for the program's end: %s", strerror(errno));
	for (uint16_t i = 0; i < SESSIONS; i++)
		clear(&sessions[i], i);
	if (start_program(&sessions[0], start)) {
		sessions[0].used = true;
		grant(&sessions[0], STDIN_WINDOW);
	}
	status = run_until_end();
	end_rest();
	unmount_shares(start);
	sync();
	if (channel_is_kept())
		stay_for_host(WIFSIGNALED(status) ? EXIT_SIGNALLED : EXIT_EXITED,
			      (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
	send_status(0, status);
	channel_drain(DRAIN_MS);
	/* The host ends the machine when it has this; otherwise we do. */
	sleep_ms(GOODBYE_MS);
	power_off();
}
