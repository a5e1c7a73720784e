package org.sourceos.host;

import java.nio.file.Path;

/** A process that takes a lock and keeps it until it is killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        FileLock.acquire(Path.of(arguments[0]), new Cancellation(), pid -> {});
        Thread.sleep(Long.MAX_VALUE);
    }
}
