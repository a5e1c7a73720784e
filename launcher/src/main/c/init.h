#ifndef SOURCEOS_INIT_H
#define SOURCEOS_INIT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

/* init.c */

/* Where fail() goes back to instead of ending the machine, while what a host may have cut is read; mostly NULL. */
extern jmp_buf *way_back;

/* Says why on the port and the console, then ends the machine. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void power_off(void);
void sleep_ms(long ms);
uint32_t get_u32(const uint8_t *at);
void put_u32(uint8_t *at, uint32_t value);

/* boot.c */

/* Mounts the kernel's file systems, assembles the root from its disks and makes it /. */
void boot(void);
/* Makes a folder and those above it; what exists is left alone. False with errno set. */
bool make_folders(const char *path, mode_t mode);

/* channel.c */

struct frame {
	uint8_t type;
	uint8_t flags;
	uint16_t session;
	uint32_t length;
	const uint8_t *payload;
};

void channel_open(void);
int channel_fd(void);
/* How many bytes of payload one more frame can have. */
size_t channel_room(void);
/* Where the payload of the next frame goes: fill it, then channel_commit. */
uint8_t *channel_payload(void);
void channel_commit(uint8_t type, uint16_t session, size_t length);
/* While a kept machine has no host the frame is dropped: RESUMED and what follows it says everything anew. */
void channel_send(uint8_t type, uint16_t session, const void *payload, size_t length);
bool channel_pending(void);
/* Writes what the port takes now. False when the host has gone. */
bool channel_flush(void);
/* Writes everything, waiting at most that long for each piece. */
bool channel_drain(int timeout_ms);
/* Reads what is there now. False when the host has gone. */
bool channel_fill(void);
/* The next whole frame; valid until channel_fill. */
bool channel_next(struct frame *frame);
bool channel_is_open(void);
/* From now on a host that goes may come back, and shows by this mark that it did. */
void channel_keep(const uint8_t *mark);
bool channel_is_kept(void);
/* Whether a host is there whose frames can be told apart: always, in a machine that is not kept. */
bool channel_is_synced(void);
/* Whether somebody has the port open. */
bool channel_has_host(void);
/* The host has gone: what was under way is lost. */
void channel_lose(void);
/* True once after a host has come back; channel_greet is then to be called before anything is sent. */
bool channel_was_resumed(void);
/* Puts RESUMED before everything that waits to be sent. */
void channel_greet(uint32_t running);
/* Output that could not be kept for a host that is away. */
void channel_count_lost(size_t bytes);

/* start.c */

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

/* session.c */

/* Runs the program to its end and says how that was. */
_Noreturn void run_session(struct start *start);
/* The terminal of the machine's own program. */
void resize_program(uint16_t rows, uint16_t columns);

/* hold.c */

/* Takes HOLD; false when it is malformed. */
bool hold_ask(const struct frame *frame);
/* How long to wait at most before the next look; for ever is -1. */
int hold_timeout(int otherwise);
/* A program has said something. */
void hold_heard(void);
/* Whether HOLD waits and what it waits for is so. */
bool hold_is_due(void);
/* Stops every process but this one. */
void hold_programs(void);
/* Takes CONTINUE, and lets them go on. */
void continue_programs(const struct frame *frame);

#endif
