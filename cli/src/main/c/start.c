/* Starts a service in the background. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

enum {
	PATIENCE_MS = 20000,
	GLANCE_MS = 10,
	LARGEST_LOG = 1 << 20,
};

static void glance(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = GLANCE_MS * 1000000L }, NULL);
}

/* Makes the folder and those above it; only its owner may enter what is made. */
static bool make_folder(const char *path)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	if (length >= sizeof part)
		return false;
	memcpy(part, path, length + 1);
	for (char *at = part + 1; *at; at++) {
		if (*at == '/') {
			*at = '\0';
			mkdir(part, 0700);
			*at = '/';
		}
	}
	return mkdir(part, 0700) == 0 || errno == EEXIST;
}

static int open_log(void)
{
	char folder[PATH_MAX], path[PATH_MAX];
	if (!state_folder(folder) || !make_folder(folder) || !join(path, folder, "service.log"))
		return -1;
	int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat status;
	if (log >= 0 && fstat(log, &status) == 0 && status.st_size > LARGEST_LOG && ftruncate(log, 0) != 0)
		return log;
	return log;
}

/* Whoever waits for this command's output must not wait for the service too. */
static void let_go(void)
{
	setsid();
	int null = open("/dev/null", O_RDWR);
	int log = open_log();
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(log >= 0 ? log : null, STDERR_FILENO);
	if (syscall(SYS_close_range, 3u, ~0u, 0u) != 0) {
		for (int fd = 3; fd < 1024; fd++)
			close(fd);
	}
	if (chdir("/") != 0)
		return;
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* One at a time starts it; the service's own lock keeps it the only one after that. */
static int start_lock(void)
{
	char folder[PATH_MAX], path[PATH_MAX];
	if (!runtime_folder(folder) || !make_folder(folder) || !join(path, folder, "service.start"))
		return -1;
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		return -1;
	}
	return lock;
}

static void starter(const struct client *client)
{
	/* Relative places are the caller's, and the service is somewhere else. */
	char runtime[PATH_MAX], state[PATH_MAX];
	if (!runtime_folder(runtime) || !state_folder(state))
		_exit(1);
	setenv("SOURCEOS_RUNTIME", runtime, 1);
	setenv("SOURCEOS_STATE", state, 1);
	let_go();
	int lock = start_lock();
	if (lock < 0)
		_exit(0); /* somebody else is at it */
	pid_t service = fork();
	if (service == 0) {
		char *argv[] = { "sourceos", "service", "run", NULL };
		struct client own = *client;
		own.name = "sourceos";
		own.argc = 3;
		own.argv = argv;
		_exit(become_service(&own));
	}
	for (int waited = 0; service > 0 && waited < PATIENCE_MS; waited += GLANCE_MS) {
		int socket = connect_service();
		if (socket >= 0 || waitpid(service, NULL, WNOHANG) != 0)
			break;
		glance();
	}
	_exit(0);
}

void start_service(const struct client *client)
{
	pid_t child = fork();
	if (child == 0) {
		/* Nobody's child: the caller may be a program that waits for all of its own. */
		if (fork() == 0)
			starter(client);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

bool start_and_wait(const struct client *client)
{
	start_service(client);
	for (int waited = 0; waited < PATIENCE_MS; waited += GLANCE_MS) {
		int socket = connect_service();
		if (socket >= 0) {
			close(socket);
			return true;
		}
		if (waited % 1000 == 0 && waited > 0)
			start_service(client); /* the one that was being started may have been of another build */
		glance();
	}
	return false;
}
