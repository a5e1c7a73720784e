package org.sourceos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.ImageFiles;

/**
 * Which files the machines of an image have, for a service that launches it again and again: to find them costs more than all
 * else that a launch asks of the store. They are held first and looked at then, as always; one that is gone, or is not the
 * file it was, is asked for anew.
 */
final class KnownFiles implements AutoCloseable {
    private static final int MOST = 256;

    private record Known(ImageFiles files, List<String> identities) {}

    private final Map<String, Known> images = new HashMap<>();

    /** @param key tells one image, store and init from another */
    synchronized Optional<ImageFiles> held(String key, BuildCache cache) {
        Known known = images.get(key);
        if (known == null) {
            return Optional.empty();
        }
        cache.hold(all(known.files()));
        try {
            if (identities(known.files()).equals(known.identities())) {
                return Optional.of(known.files());
            }
        } catch (IOException e) {
            // Gone.
        }
        images.remove(key);
        return Optional.empty();
    }

    synchronized void remember(String key, ImageFiles files) {
        if (files.disks().stream()
                .anyMatch(disk -> !Objects.equals(files.initramfs().getParent(), disk.getParent()))) {
            // Those that are read out of the store's packs are held as the objects they are.
            return;
        }
        try {
            if (images.size() >= MOST) {
                images.clear();
            }
            images.put(key, new Known(files, identities(files)));
        } catch (IOException e) {
            // The machine will say what is missing.
        }
    }

    private static List<Path> all(ImageFiles files) {
        List<Path> all = new ArrayList<>(List.of(files.kernel(), files.initramfs()));
        all.addAll(files.disks());
        return all;
    }

    private static List<String> identities(ImageFiles files) throws IOException {
        List<String> identities = new ArrayList<>();
        for (Path file : all(files)) {
            identities.add(identity(file));
        }
        return identities;
    }

    /** This very file as it is now: who writes to it, or puts another in its place, changes that. */
    static String identity(Path file) throws IOException {
        return file + " " + Files.readAttributes(file, "unix:dev,ino,size,ctime,lastModifiedTime");
    }

    @Override
    public void close() {
        // Nothing is held: that is for each call's own cache to do.
    }
}
