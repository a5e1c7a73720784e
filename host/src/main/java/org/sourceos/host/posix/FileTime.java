package org.sourceos.host.posix;

/** A point in time as a file system has it: seconds since 1970, and nanoseconds of the next. */
public record FileTime(long seconds, int nanos) {}
