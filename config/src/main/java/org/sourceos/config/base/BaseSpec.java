package org.sourceos.config.base;

import java.util.List;
import org.sourceos.config.ConfigException;

/**
 * A build environment ({@code templates/bases/NAME/base.toml}): a Debian release and the packages to install in it.
 *
 * @param name the folder's name, {@code debian-12}
 * @param suite the release's codename, {@code bookworm}
 * @param packages beyond the essential ones, sorted
 */
public record BaseSpec(String name, String suite, List<String> packages) {
    public static BaseSpec parse(String file, String text) throws ConfigException {
        throw new UnsupportedOperationException();
    }
}
