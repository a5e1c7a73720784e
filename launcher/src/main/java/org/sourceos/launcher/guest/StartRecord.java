package org.sourceos.launcher.guest;

/** The records of a START frame; the numbers are those of {@code protocol.h}. */
enum StartRecord {
    ARGUMENT(1),
    ENVIRONMENT(2),
    DIRECTORY(3),
    UID(4),
    GID(5),
    GROUP(6),
    USER(7),
    HOME(8),
    HOSTNAME(9),
    TERMINAL(10),
    SHARE(11),
    NETWORK(12),
    ENTROPY(13),
    TIME(14),
    MACHINE_ID(15),
    KEEP(16),
    SECRET(32);

    private final int code;

    StartRecord(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
