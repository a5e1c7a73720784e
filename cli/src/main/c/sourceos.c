/*
 * The thin client: what `sourceos`, `run` and the other names on PATH are.
 *
 * It starts the Java program beside it and stays as its guard: whatever becomes of the Java process (its own exit, a
 * signal, SIGKILL), the terminal is put back as it was found and the status is handed on. Started under another name
 * (`run`, `sourceos-rebuild`), it tells that name to the Java program, which picks the command by it.
 *
 * The folder this file lies in holds sourceos.jar, sourceos.jsa (class-data archive) and templates/.
 */
#include <errno.h>
#include <langinfo.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { FAILED = 1, OUR_ERROR_OF_RUN = 125 };

static volatile sig_atomic_t child_pid;

static void pass_on(int signal_number)
{
	if (child_pid > 0)
		kill(child_pid, signal_number);
}

static void handle(int signal_number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

/* Writes `folder/name` into `path`; false when it does not fit. */
static bool join(char path[PATH_MAX], const char *folder, const char *name)
{
	int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return length > 0 && length < PATH_MAX;
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

int main(int argc, char **argv)
{
	/* The script in a checkout cannot choose argv[0], so it says the name it was called by here. */
	const char *called = getenv("SOURCEOS_NAME");
	if (!called || !*called)
		called = argv[0];
	const char *slash = strrchr(called, '/');
	const char *name = slash ? slash + 1 : called;
	int our_error = strcmp(name, "run") == 0 ? OUR_ERROR_OF_RUN : FAILED;

	char self[PATH_MAX], library[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	if (length < 0) {
		fprintf(stderr, "%s: cannot read /proc/self/exe: %s; is /proc mounted?\n", name, strerror(errno));
		return our_error;
	}
	self[length] = '\0';
	strcpy(library, dirname(self));

	char jar[PATH_MAX], archive[PATH_MAX], java_buffer[PATH_MAX];
	char archive_option[PATH_MAX + 32], library_option[PATH_MAX + 32], name_option[NAME_MAX + 32], locale_option[64];
	if (!join(jar, library, "sourceos.jar") || !join(archive, library, "sourceos.jsa")) {
		fprintf(stderr, "%s: the path of %s is too long\n", name, library);
		return our_error;
	}
	snprintf(archive_option, sizeof archive_option, "-XX:SharedArchiveFile=%s", archive);
	snprintf(library_option, sizeof library_option, "-Dsourceos.library=%s", library);
	snprintf(name_option, sizeof name_option, "-Dsourceos.name=%.*s", NAME_MAX, name);

	const char *locale = other_locale();
	snprintf(locale_option, sizeof locale_option, "-Dsourceos.lc_all=%s", locale ? locale : "");

	const char *java = find_java(java_buffer);
	const char *options[] = {
		java,
		archive_option,
		"-Xshare:auto", /* an archive of another Java is passed over, silently */
		"-Xlog:disable",
		"-XX:+UseSerialGC",
		"-XX:-UsePerfData", /* no file in /tmp at every start */
		library_option,
		name_option,
		"-cp", jar,
	};
	size_t count = sizeof options / sizeof options[0];
	const char **command = calloc(count + (size_t)argc + 3, sizeof *command);
	if (!command) {
		fprintf(stderr, "%s: out of memory\n", name);
		return our_error;
	}
	memcpy(command, options, sizeof options);
	if (locale)
		command[count++] = locale_option;
	command[count++] = "org.sourceos.cli.Main";
	for (int i = 1; i < argc; i++)
		command[count++] = argv[i];

	struct termios found;
	bool terminal = tcgetattr(STDIN_FILENO, &found) == 0;

	/* Ctrl-C and Ctrl-\ reach the whole foreground group: the Java program decides what they mean, we wait for it. */
	handle(SIGINT, SIG_IGN);
	handle(SIGQUIT, SIG_IGN);

	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid_t own_pid = getpid();
	pid_t child = fork();
	if (child < 0) {
		fprintf(stderr, "%s: cannot start a process: %s\n", name, strerror(errno));
		return our_error;
	}
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != own_pid)
			_exit(our_error); /* the guard died before it could be watched */
		handle(SIGINT, SIG_DFL);
		handle(SIGQUIT, SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		unsetenv("SOURCEOS_NAME");
		if (locale)
			setenv("LC_ALL", "C.UTF-8", 1);
		execvp(java, (char *const *)command);
		fprintf(stderr, "%s: cannot start %s: %s; install a Java 17 runtime (Debian: default-jre-headless) or set JAVA_HOME\n",
			name, java, strerror(errno));
		_exit(our_error);
	}
	child_pid = child;
	handle(SIGTERM, pass_on);
	handle(SIGHUP, pass_on);
	handle(SIGUSR1, pass_on);
	handle(SIGUSR2, pass_on);
	sigprocmask(SIG_SETMASK, &before, NULL);

	int status;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR) {
			fprintf(stderr, "%s: cannot wait for Java: %s\n", name, strerror(errno));
			return our_error;
		}
	}
	if (terminal) {
		handle(SIGTTOU, SIG_IGN); /* putting the terminal right must work from the background too */
		tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	int number = WTERMSIG(status);
	if (number != SIGINT && number != SIGTERM && number != SIGHUP)
		fprintf(stderr, "%s: the Java process was ended by signal %d (%s)\n", name, number, strsignal(number));
	return 128 + number;
}
