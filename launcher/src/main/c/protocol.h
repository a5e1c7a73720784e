/*
 * What the host and PID 1 say to each other over the virtio-serial port; docs/guest-protocol.md explains it.
 * The numbers stand here and in FrameType.java, StartRecord.java; a test compares the two.
 */
#ifndef SOURCEOS_PROTOCOL_H
#define SOURCEOS_PROTOCOL_H

#define PROTOCOL_VERSION 3
#define PORT_NAME "org.sourceos.control"

/* A frame: type u8, flags u8, session u16, length of the payload u32, payload. Numbers are little-endian. */
#define FRAME_HEADER 8
#define FRAME_MAX_PAYLOAD 65536
/* Programs at once: session 0 is the machine's own, the others come with EXEC. */
#define SESSIONS 16
/* In flags of START and EXEC: the records go on in another frame of that kind. */
#define FLAG_MORE 1
#define START_MAX_BYTES 2359296

/* host to guest */
#define FRAME_START 1
#define FRAME_STDIN 2
#define FRAME_STDIN_EOF 3
#define FRAME_RESIZE 4
#define FRAME_SIGNAL 5
#define FRAME_PING 6
#define FRAME_CLOSE_OUTPUT 7
#define FRAME_EXEC 8
#define FRAME_OUTPUT_GRANT 9
#define FRAME_RESUME 10
#define FRAME_CHECKPOINT 11
#define FRAME_RENEW 12
#define FRAME_HOLD 13
#define FRAME_CONTINUE 14
/* guest to host */
#define FRAME_READY 65
#define FRAME_STDOUT 66
#define FRAME_STDERR 67
#define FRAME_STDIN_GRANT 68
#define FRAME_STDIN_CLOSED 69
#define FRAME_EXIT 70
#define FRAME_ERROR 71
#define FRAME_PONG 72
#define FRAME_RESUMED 73
#define FRAME_HELD 74

/* HOLD: u8 when the programs are to stand still, u32 the port, or milliseconds in which nothing happens. */
#define HOLD_NOW 0
#define HOLD_PORT 1
#define HOLD_IDLE 2

/* RESUME's flags and session, which no other frame has; its payload is the mark of the record KEEP. */
#define RESUME_FLAGS 165
#define RESUME_SESSION 65535
#define MARK_BYTES 16
/* RESUMED: the mark, u64 lost bytes of output, u32 with a bit for each session that runs. */
#define RESUMED_BYTES 28
/* Output of a session other than 0 that may be under way. */
#define MAX_OUTPUT_GRANT 1048576

/* The first byte of EXIT; then a u32: status, signal, errno, errno. */
#define EXIT_EXITED 0
#define EXIT_SIGNALLED 1
#define EXIT_NOT_FOUND 2
#define EXIT_NOT_EXECUTABLE 3

/* START's records: type u8, length u32 little-endian, value. */
#define START_ARGUMENT 1
#define START_ENVIRONMENT 2
#define START_DIRECTORY 3
#define START_UID 4
#define START_GID 5
#define START_GROUP 6
#define START_USER 7
#define START_HOME 8
#define START_HOSTNAME 9
#define START_TERMINAL 10
#define START_SHARE 11
#define START_NETWORK 12
#define START_ENTROPY 13
#define START_TIME 14
#define START_MACHINE_ID 15
#define START_KEEP 16
#define START_SECRET 32

#endif
