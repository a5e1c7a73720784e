package org.sourceos.hooks.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sourceos.config.ConfigException;

/** {@code trust/} of a configuration's files. Links in it are let be: a pushed one could name any file of this computer. */
public final class TrustFolder {
    private static final int LARGEST = 64 << 10;
    private static final int MOST = 1000;

    private TrustFolder() {}

    /** @param configuration a copy of a commit's files */
    public static Access read(Path configuration) throws IOException, ConfigException {
        Path folder = configuration.resolve(Access.FOLDER);
        Map<String, String> texts = new TreeMap<>();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().limit(MOST + 1L).toList()) {
                    String name = file.getFileName().toString();
                    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && (name.endsWith(Access.KEY_SUFFIX) || name.equals(Access.FILE))) {
                        texts.put(name, text(file));
                    }
                }
            }
        }
        if (texts.size() > MOST) {
            throw new IOException("trust/ has more than " + MOST + " keys, which is more than is read");
        }
        return Access.parse(texts);
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("trust/" + file.getFileName() + " is longer than " + LARGEST + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
