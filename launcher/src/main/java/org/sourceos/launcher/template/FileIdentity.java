package org.sourceos.launcher.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What tells cheaply that a file is the one that was looked at before, and has not been written to since. */
public record FileIdentity(long inode, long size, long modifiedNanos, long changedNanos) {
    public static FileIdentity of(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime");
        return new FileIdentity(
                number(attributes, "ino"),
                number(attributes, "size"),
                nanos(attributes, "lastModifiedTime"),
                nanos(attributes, "ctime"));
    }

    private static long number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("this system does not tell a file's " + name);
    }

    private static long nanos(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof FileTime time) {
            return time.to(TimeUnit.NANOSECONDS);
        }
        throw new IOException("this system does not tell a file's " + name);
    }

    /** Without what a hard link or a change of mode changes too. */
    String content() {
        return inode + " " + size + " " + modifiedNanos;
    }
}
