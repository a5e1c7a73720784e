/*
 * One process for one command, as it is without a service: starts Java and stays as its guard. Whatever becomes of the Java
 * process (its own exit, a signal, SIGKILL), the terminal is put back as it was found and the status is handed on.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static volatile sig_atomic_t child_pid;

static void pass_on(int signal_number)
{
	if (child_pid > 0)
		kill(child_pid, signal_number);
}

/* The java to start: $SOURCEOS_JAVA, $JAVA_HOME/bin/java, or the one on PATH. */
static const char *find_java(char buffer[PATH_MAX])
{
	const char *own = getenv("SOURCEOS_JAVA");
	if (own && *own)
		return own;
	const char *home = getenv("JAVA_HOME");
	if (home && *home && join(buffer, home, "bin/java") && access(buffer, X_OK) == 0)
		return buffer;
	return "java";
}

/*
 * Java reads arguments and file names in the locale's encoding and loses what that cannot say: in a locale of another
 * encoding (POSIX, in most containers) the Java process gets a UTF-8 one, and is told what LC_ALL was.
 */
static const char *other_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return NULL;
	const char *found = getenv("LC_ALL");
	return found ? found : "";
}

/* What every Java process of ours is started with; the texts live as long as the process. */
struct java {
	const char *program;
	const char **command;
	size_t count;
	const char *locale;
};

static const char *text(const char *format, const char *value)
{
	char *made = NULL;
	return asprintf(&made, format, value) < 0 ? NULL : made;
}

static bool prepare(struct java *java, const struct client *client, size_t more, bool as_service)
{
	static char java_buffer[PATH_MAX];
	char archive[PATH_MAX];
	if (!join(archive, client->library, "sourceos.jsa"))
		return false;
	java->program = find_java(java_buffer);
	java->locale = other_locale();
	java->command = calloc(32 + more, sizeof *java->command);
	if (!java->command)
		return false;
	const char *options[] = {
		java->program,
		text("-XX:SharedArchiveFile=%s", archive),
		"-Xshare:auto", /* an archive of another Java is passed over, silently */
		"-Xlog:disable",
		"-XX:+UseSerialGC",
		"-XX:-UsePerfData", /* no file in /tmp at every start */
		text("-Dsourceos.library=%s", client->library),
		text("-Dsourceos.name=%s", client->name),
		"-cp", client->jar,
	};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (!options[i])
			return false;
		java->command[java->count++] = options[i];
	}
	if (as_service) {
		/*
		 * A small heap to begin with (by default it is a 64th of the memory, and its young part is never given back), and
		 * what one call needed is given back after it.
		 */
		java->command[java->count++] = "-Xms32m";
		/* Its default starts a program to start a program, which is some milliseconds of each launch. */
		java->command[java->count++] = "-Djdk.lang.Process.launchMechanism=VFORK";
		java->command[java->count++] = "-XX:MinHeapFreeRatio=10";
		java->command[java->count++] = "-XX:MaxHeapFreeRatio=25";
	}
	if (java->locale)
		java->command[java->count++] = text("-Dsourceos.lc_all=%s", java->locale);
	return true;
}

static void exec_java(const struct client *client, const struct java *java)
{
	unsetenv("SOURCEOS_NAME");
	if (java->locale)
		setenv("LC_ALL", "C.UTF-8", 1);
	execvp(java->program, (char *const *)java->command);
	fprintf(stderr, "%s: cannot start %s: %s; install a Java 17 runtime (Debian: default-jre-headless) or set JAVA_HOME\n",
		client->name, java->program, strerror(errno));
}

static int no_memory(const struct client *client)
{
	fprintf(stderr, "%s: out of memory\n", client->name);
	return client->our_error;
}

int become_service(const struct client *client)
{
	struct java java = { 0 };
	if (!prepare(&java, client, (size_t)client->argc + 4, true))
		return no_memory(client);
	java.command[java.count++] = "org.sourceos.cli.Main";
	for (int i = 1; i < client->argc; i++)
		java.command[java.count++] = client->argv[i];
	java.command[java.count++] = "--build";
	java.command[java.count++] = client->build;
	exec_java(client, &java);
	return client->our_error;
}

/*
 * Ctrl-C and Ctrl-\ reach the whole foreground group: the Java program decides what they mean, and we wait for it. What a
 * process sent (kill) may have reached us alone.
 */
static void sent(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code <= 0)
		pass_on(signal_number);
}

/* What the caller ignores (a background job of sh) stays ignored. */
static void watch(int signal_number)
{
	struct sigaction found, action = { .sa_sigaction = sent, .sa_flags = SA_RESTART | SA_SIGINFO };
	if (sigaction(signal_number, NULL, &found) == 0 && found.sa_handler == SIG_IGN)
		return;
	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

int run_java(const struct client *client, bool *asked)
{
	struct java java = { 0 };
	*asked = false;
	if (!prepare(&java, client, (size_t)client->argc + 4, false))
		return no_memory(client);

	/* A byte in here says that the command can only be done by the service; no exit status could say it. */
	int ask[2] = { -1, -1 };
	char number[16];
	if (pipe2(ask, O_CLOEXEC) == 0) {
		/* Out of the way of descriptors that callers name by small numbers. */
		int high = fcntl(ask[1], F_DUPFD, 200);
		if (high >= 0) {
			close(ask[1]);
			ask[1] = high;
			snprintf(number, sizeof number, "%d", high);
			java.command[java.count++] = text("-Dsourceos.ask=%s", number);
		}
	}
	java.command[java.count++] = "org.sourceos.cli.Main";
	for (int i = 1; i < client->argc; i++)
		java.command[java.count++] = client->argv[i];

	struct termios found;
	bool terminal = tcgetattr(STDIN_FILENO, &found) == 0;

	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid_t own_pid = getpid();
	pid_t child = fork();
	if (child < 0) {
		fprintf(stderr, "%s: cannot start a process: %s\n", client->name, strerror(errno));
		return client->our_error;
	}
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != own_pid)
			_exit(client->our_error); /* the guard died before it could be watched */
		sigprocmask(SIG_SETMASK, &before, NULL);
		exec_java(client, &java);
		_exit(client->our_error);
	}
	child_pid = child;
	watch(SIGINT);
	watch(SIGQUIT);
	handle(SIGTERM, pass_on);
	handle(SIGHUP, pass_on);
	handle(SIGUSR1, pass_on);
	handle(SIGUSR2, pass_on);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ask[1] >= 0)
		close(ask[1]);

	int status;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR) {
			fprintf(stderr, "%s: cannot wait for Java: %s\n", client->name, strerror(errno));
			return client->our_error;
		}
	}
	child_pid = 0;
	if (terminal) {
		handle(SIGTTOU, SIG_IGN); /* putting the terminal right must work from the background too */
		tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
	}
	if (ask[0] >= 0) {
		char byte;
		/* A descendant may hold the other end open: what is there is there, we do not wait. */
		fcntl(ask[0], F_SETFL, O_NONBLOCK);
		*asked = read(ask[0], &byte, 1) == 1;
		close(ask[0]);
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	int signal_number = WTERMSIG(status);
	if (signal_number != SIGINT && signal_number != SIGTERM && signal_number != SIGHUP)
		fprintf(stderr, "%s: the Java process was ended by signal %d (%s)\n",
			client->name, signal_number, strsignal(signal_number));
	return 128 + signal_number;
}
