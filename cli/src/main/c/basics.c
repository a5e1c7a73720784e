/* What every part of the client does. */
#include <signal.h>

#include "client.h"

void handle(int signal_number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

bool join(char path[PATH_MAX], const char *folder, const char *name)
{
	int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return length > 0 && length < PATH_MAX;
}
