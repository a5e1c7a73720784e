#ifndef SOURCEOS_START_H
#define SOURCEOS_START_H

#include <sys/types.h>

#include "channel.h"

struct list {
	char **items;
	size_t count;
};

struct secret {
	const char *name;
	uint8_t *value; /* in START's bytes */
	size_t length;
};

struct start {
	uint8_t *bytes;
	size_t length;
	struct list arguments;
	struct list environment;
	const char *directory;
	const char *user;
	const char *home;
	const char *hostname;
	const char *machine_id;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t group_count;
	bool terminal;
	uint16_t rows;
	uint16_t columns;
	struct list shares; /* first byte: 1 if read-only; then tag NUL path */
	const uint8_t *network; /* 13 bytes or NULL */
	const uint8_t *entropy;
	size_t entropy_length;
	const uint8_t *time; /* 12 bytes or NULL */
	const uint8_t *keep; /* MARK_BYTES or NULL */
	struct secret *secrets;
	size_t secret_count;
};

/* Waits for START, checks it and does everything it asks for up to running the program. */
void receive_start(struct start *start);
void apply_start(struct start *start);
void unmount_shares(const struct start *start);
/* Takes a frame of START or EXEC; true when it was the last. */
bool append_start(struct start *start, const struct frame *frame);
/* Understands the records. */
void parse_start(struct start *start);
/* RENEW: some of START's records, for a machine that goes on at another time or under another name. */
void renew(const struct frame *frame);
/* The same, where no program is named. */
void parse_records(struct start *start);
/* What must differ between machines of one template: seed, clock, names. */
void apply_news(const struct start *news);
/* Makes that quick, when it will be wanted. */
void hold_names(void);
/* Gives back what append_start and parse_start took. */
void free_start(struct start *start);

#endif
