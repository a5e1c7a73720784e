package org.sourceos.launcher.guest;

/** The kinds of frames; the numbers are those of {@code protocol.h}. */
enum FrameType {
    START(1),
    STDIN(2),
    STDIN_EOF(3),
    RESIZE(4),
    SIGNAL(5),
    PING(6),
    CLOSE_OUTPUT(7),
    EXEC(8),
    OUTPUT_GRANT(9),
    RESUME(10),
    CHECKPOINT(11),
    RENEW(12),
    HOLD(13),
    CONTINUE(14),
    READY(65),
    STDOUT(66),
    STDERR(67),
    STDIN_GRANT(68),
    STDIN_CLOSED(69),
    EXIT(70),
    ERROR(71),
    PONG(72),
    RESUMED(73),
    HELD(74);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
