#ifndef SOURCEOS_HOLD_H
#define SOURCEOS_HOLD_H

#include "channel.h"

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
/* Takes CONTINUE, and lets them go on; before that, a terminal gets the size that CONTINUE may say. */
void continue_programs(const struct frame *frame, void (*resize_terminal)(uint16_t rows, uint16_t columns));

#endif
