/* What all parts of the guest's process 1 use; it uses none of them. */
#ifndef SOURCEOS_GUEST_H
#define SOURCEOS_GUEST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where fail() goes back to instead of ending the machine, while what a host may have cut is read; mostly NULL. */
extern jmp_buf *way_back;
/* Says on the port why the machine ends; called once at most. NULL: the console alone is told. */
extern void (*last_words)(const char *text, size_t length);

/* Says why to last_words and the console, then ends the machine. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void power_off(void);
void sleep_ms(long ms);
uint32_t get_u32(const uint8_t *at);
void put_u32(uint8_t *at, uint32_t value);
/* Makes a folder and those above it; what exists is left alone. False with errno set. */
bool make_folders(const char *path, mode_t mode);

#endif
