/* Where the service is: the same rules as cli's Places.java. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static const char *set(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

static bool absolute(char path[PATH_MAX], const char *given)
{
	if (*given == '/') {
		int length = snprintf(path, PATH_MAX, "%s", given);
		return length > 0 && length < PATH_MAX;
	}
	char here[PATH_MAX];
	return getcwd(here, sizeof here) && join(path, here, given);
}

/* $HOME/.local/state/sourceos, or what XDG_STATE_HOME says, before SOURCEOS_STATE. */
static bool default_state(char path[PATH_MAX])
{
	const char *xdg = set("XDG_STATE_HOME");
	if (xdg && *xdg == '/')
		return join(path, xdg, "sourceos");
	const char *home = getenv("HOME");
	char absolute_home[PATH_MAX];
	return absolute(absolute_home, home && *home ? home : "/") && join(path, absolute_home, ".local/state/sourceos");
}

bool state_folder(char path[PATH_MAX])
{
	const char *own = set("SOURCEOS_STATE");
	if (own)
		return absolute(path, own);
	if (geteuid() == 0)
		return absolute(path, "/var/lib/sourceos");
	return default_state(path);
}

bool runtime_folder(char path[PATH_MAX])
{
	const char *own = set("SOURCEOS_RUNTIME");
	if (own)
		return absolute(path, own);
	if (geteuid() == 0)
		return absolute(path, "/run/sourceos");
	const char *xdg = set("XDG_RUNTIME_DIR");
	char base[PATH_MAX];
	if (xdg)
		return absolute(base, xdg) && join(path, base, "sourceos");
	return default_state(base) && join(path, base, "run/sourceos");
}
