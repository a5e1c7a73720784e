/*
 * The thin client: what `sourceos`, `run` and the other names on PATH are.
 *
 * It hands the command to the resident service (call.c), or, where there is none, starts the Java program beside it (java.c)
 * and a service for the next command (start.c). Started under another name (`run`, `sourceos-rebuild`), it tells that name,
 * by which the command is picked.
 *
 * The folder this file lies in holds sourceos.jar, sourceos.jsa (class-data archive) and templates/.
 */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

/* How many bytes the UTF-8 character at `text` has; 0 when it is none (overlong, surrogate, too large, cut off). */
static size_t character(const unsigned char *text)
{
	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	size_t length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f)
		|| (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

static bool is_text(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	while (*at) {
		size_t length = character(at);
		if (length == 0)
			return false;
		at += length;
	}
	return true;
}

static bool set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

/* The word that says what to do, after options; 0 when there is none, and when the name says it already. */
static int command_word(const struct client *client)
{
	static const char *const commands[] = { "run", "sourceos-rebuild", "sourceos-import", "sourceos-convert", "nix-instantiate" };
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(client->name, commands[i]) == 0)
			return 0;
	}
	for (int i = 1; i < client->argc; i++) {
		if (strcmp(client->argv[i], "--config") == 0 || strcmp(client->argv[i], "--store") == 0)
			i++;
		else if (client->argv[i][0] != '-')
			return i;
	}
	return 0;
}

static bool word_is(const struct client *client, int index, const char *word)
{
	return index > 0 && index < client->argc && strcmp(client->argv[index], word) == 0;
}

/* Arguments that name something of this very process, which another would look for in vain. */
static bool names_this_process(const struct client *client)
{
	static const char *const signs[] = { "--progress-fd", "/dev/fd/", "/dev/std", "/dev/tty", "/proc/self", "/proc/thread-self" };
	for (int i = 1; i < client->argc; i++) {
		for (size_t s = 0; s < sizeof signs / sizeof *signs; s++) {
			if (strstr(client->argv[i], signs[s]))
				return true;
		}
	}
	return false;
}

static void call_where_it_is(struct client *client, char self[PATH_MAX])
{
	strcpy(client->library, dirname(self));
	if (!join(client->jar, client->library, "sourceos.jar")) {
		fprintf(stderr, "%s: the path of %s is too long\n", client->name, client->library);
		exit(client->our_error);
	}
	struct stat jar = { 0 };
	stat(client->jar, &jar);
	snprintf(client->build, sizeof client->build, "%s:%lld:%lld.%09ld", client->jar, (long long)jar.st_size,
		(long long)jar.st_mtim.tv_sec, jar.st_mtim.tv_nsec);
}

/* For commands that only the service can do, and for SOURCEOS_SERVICE=always. */
static int only_by_service(const struct client *client)
{
	char why[256] = "it did not start";
	for (int attempt = 0; attempt < 3; attempt++) {
		int status = client->our_error;
		enum outcome outcome = call_service(client, &status, why);
		if (outcome == DONE)
			return status;
		if (outcome == NOT_THERE)
			break;
		if (outcome == OTHER_BUILD)
			snprintf(why, sizeof why, "one of another build is still busy; `sourceos service stop --now` of that build ends it");
		if (!start_and_wait(client))
			break;
	}
	fprintf(stderr, "%s: this needs the resident service: %s; service.log in the state folder may say more\n",
		client->name, why);
	return client->our_error;
}

int main(int argc, char **argv)
{
	/* The script in a checkout cannot choose argv[0], so it says the name it was called by here. */
	const char *called = getenv("SOURCEOS_NAME");
	if (!called || !*called)
		called = argv[0];
	const char *slash = strrchr(called, '/');
	static struct client client;
	client.name = slash ? slash + 1 : called;
	client.our_error = strcmp(client.name, "run") == 0 ? OUR_ERROR_OF_RUN : FAILED;
	client.argc = argc;
	client.argv = argv;
	int word = command_word(&client);
	/* Every other status of these is a program's own. */
	if (word_is(&client, word, "run") || word_is(&client, word, "exec") || word_is(&client, word, "attach"))
		client.our_error = OUR_ERROR_OF_RUN;

	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	if (length < 0) {
		fprintf(stderr, "%s: cannot read /proc/self/exe: %s; is /proc mounted?\n", client.name, strerror(errno));
		return client.our_error;
	}
	self[length] = '\0';
	call_where_it_is(&client, self);

	for (int i = 1; i < argc; i++) {
		if (!is_text(argv[i])) {
			fprintf(stderr, "%s: argument %d is not UTF-8 and would not arrive as it is; give such bytes through a file"
				" or standard input\n", client.name, i);
			return client.our_error == FAILED ? UNUSABLE : client.our_error;
		}
	}

	bool about_service = word_is(&client, word, "service");
	if (strcmp(client.name, "sourceosd") == 0 || (about_service && word_is(&client, word + 1, "run")))
		return become_service(&client);

	const char *wish = getenv("SOURCEOS_SERVICE");
	bool never = wish && strcmp(wish, "never") == 0;
	bool always = wish && strcmp(wish, "always") == 0;
	/* Who says how Java is to be started wants it started. */
	bool own = names_this_process(&client) || set("JAVA_TOOL_OPTIONS") || set("JDK_JAVA_OPTIONS") || set("_JAVA_OPTIONS");
	if (always && !own && !about_service)
		return only_by_service(&client);

	char why[256];
	int status = client.our_error;
	enum outcome outcome = NOT_THERE;
	if (!own && (!never || about_service))
		outcome = call_service(&client, &status, why);
	if (outcome == DONE)
		return status;

	bool asked;
	status = run_java(&client, &asked);
	if (asked) {
		if (!never && !own)
			return only_by_service(&client);
		fprintf(stderr, "%s: this needs the resident service, which %s keeps it from\n", client.name,
			never ? "SOURCEOS_SERVICE=never" : "an argument or a variable for Java");
	} else if (!never && !about_service && (outcome == NO_SERVICE || outcome == OTHER_BUILD) && status < 128) {
		start_service(&client);
	}
	return status;
}
