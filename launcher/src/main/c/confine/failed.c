/* What all parts say of a failure. */
#include "confine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool failed(const char *what, const char *which) {
    fprintf(stderr, "confine: %s %s: %s\n", what, which, strerror(errno));
    return false;
}
