#ifndef SOURCEOS_CHANNEL_H
#define SOURCEOS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

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

#endif
