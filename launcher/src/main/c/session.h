#ifndef SOURCEOS_SESSION_H
#define SOURCEOS_SESSION_H

#include "start.h"

/* Runs the program to its end and says how that was. */
_Noreturn void run_session(struct start *start);

#endif
