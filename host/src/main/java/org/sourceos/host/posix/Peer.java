package org.sourceos.host.posix;

/** Who is at the other end of a unix socket, as the kernel says (SO_PEERCRED of unix(7)). */
public record Peer(int pid, int uid, int gid) {}
