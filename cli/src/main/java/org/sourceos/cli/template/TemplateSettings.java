package org.sourceos.cli.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.sourceos.cli.UsageException;

/**
 * What the environment says about templates.
 *
 * @param used whether machines are restored at all ({@code SOURCEOS_TEMPLATES})
 * @param maxBytes what all of them may take ({@code SOURCEOS_TEMPLATES_SIZE})
 * @param poolSize how many machines a service keeps waiting ({@code SOURCEOS_POOL})
 */
record TemplateSettings(boolean used, long maxBytes, int poolSize) {
    private static final long DEFAULT_BYTES = 1L << 30;
    private static final int DEFAULT_POOL = 2;
    private static final int MAX_POOL = 64;

    static TemplateSettings of(Map<String, String> environment, Path folder) throws UsageException {
        return new TemplateSettings(
                used(environment.getOrDefault("SOURCEOS_TEMPLATES", "")),
                size(environment.getOrDefault("SOURCEOS_TEMPLATES_SIZE", ""), folder),
                pool(environment.getOrDefault("SOURCEOS_POOL", "")));
    }

    private static boolean used(String text) throws UsageException {
        return switch (text) {
            case "", "auto" -> true;
            case "never" -> false;
            default -> throw new UsageException("SOURCEOS_TEMPLATES=" + text + ": there are auto and never");
        };
    }

    private static long size(String text, Path folder) throws UsageException {
        if (text.isEmpty()) {
            return Math.min(DEFAULT_BYTES, free(folder) / 10);
        }
        String upper = text.toUpperCase(Locale.ROOT);
        if (!upper.matches("[0-9]{1,6}[MG]")) {
            throw new UsageException("SOURCEOS_TEMPLATES_SIZE=" + text + ": not a size; write for instance 500M or 2G");
        }
        long number = Long.parseLong(upper.substring(0, upper.length() - 1));
        return number << (upper.endsWith("G") ? 30 : 20);
    }

    private static long free(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.isDirectory(at)) {
                try {
                    return Files.getFileStore(at).getUsableSpace();
                } catch (IOException e) {
                    return 0;
                }
            }
        }
        return 0;
    }

    private static int pool(String text) throws UsageException {
        if (text.isEmpty()) {
            return DEFAULT_POOL;
        }
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > MAX_POOL) {
            throw new UsageException("SOURCEOS_POOL=" + text + ": not a number of machines from 0 to " + MAX_POOL);
        }
        return Integer.parseInt(text);
    }
}
