package org.sourceos.launcher.initramfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.sourceos.launcher.LaunchException;

/**
 * Where the archive of a program lies, for a process that asks again and again: to read the program and its digest takes
 * longer than all else that is asked of files at a launch.
 */
public final class KnownInitramfs implements AutoCloseable {
    private static final int MOST = 16;

    private final Map<String, Path> known = new HashMap<>();

    /** As {@link Initramfs#write}. */
    public synchronized Path write(Path init, Path directory) throws LaunchException {
        String key;
        try {
            key = directory + "\0" + init + Files.readAttributes(init, "unix:dev,ino,size,ctime,lastModifiedTime");
        } catch (IOException e) {
            return Initramfs.write(init, directory);
        }
        Path file = known.get(key);
        if (file == null || !Files.exists(file)) {
            file = Initramfs.write(init, directory);
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(key, file);
        }
        return file;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
