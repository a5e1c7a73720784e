/* What the parts of the thin client know of each other. */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

enum { FAILED = 1, UNUSABLE = 2, OUR_ERROR_OF_RUN = 125 };

/* This call: who was called, where the program lies, and what a failure of our own means for it. */
struct client {
	const char *name;         /* what the program was called */
	int our_error;            /* 1, or 125 for run */
	char library[PATH_MAX];   /* the folder of sourceos.jar */
	char jar[PATH_MAX];
	char build[PATH_MAX + 64]; /* which build this is: its place, size and time */
	int argc;
	char **argv;              /* argv[0] and the arguments */
};

/* basics.c */

/* Writes `folder/name` into `path`; false when it does not fit. */
bool join(char path[PATH_MAX], const char *folder, const char *name);
void handle(int signal_number, void (*handler)(int));

/* places.c: the same rules as Places.java. */
bool runtime_folder(char path[PATH_MAX]);
bool state_folder(char path[PATH_MAX]);

/* java.c */

/* Runs the command in a Java process of its own and gives its status; *asked: it needs the service instead. */
int run_java(const struct client *client, bool *asked);
/* Becomes the service; returns only on failure. */
int become_service(const struct client *client);

/* call.c */
enum outcome {
	DONE,       /* *status is the command's */
	NO_SERVICE, /* none listens */
	OTHER_BUILD,/* one of another build, which ends */
	NOT_THERE,  /* it does not do this call; `why` says why not */
};
enum outcome call_service(const struct client *client, int *status, char why[256]);
/* A connection to the service of this user, or -1. */
int connect_service(void);

/* start.c */

/* Starts a service in the background, unless somebody else does; returns at once. */
void start_service(const struct client *client);
/* The same, and waits until it answers; false when it does not come. */
bool start_and_wait(const struct client *client);
