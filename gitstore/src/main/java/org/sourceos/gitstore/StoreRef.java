package org.sourceos.gitstore;

import java.util.Locale;
import java.util.Optional;

/**
 * The name of something the store keeps: {@code refs/<namespace>/<name>}. Refs are the store's only roots: what no ref
 * reaches may be collected.
 */
public record StoreRef(Namespace namespace, String name) implements Comparable<StoreRef> {

    /** The kinds of things that are kept, and the folder of refs each has. */
    public enum Namespace {
        /** A fetched source, named by its SHA-256. */
        SOURCES,
        /** A build environment or the installed files of a package: {@code <name>-<key>}. */
        LAYERS,
        /** A kernel: {@code <version>-<name>-<key>}. */
        KERNELS,
        /** A complete machine image: {@code <name>-<key>}. */
        VMS,
        /** A machine that ran, saved at one moment, by the name it was given. */
        CHECKPOINTS,
        /** A generation of the system by its number. */
        GENERATIONS,
        /** The generation that was made of a commit of the configuration, by that commit's name. */
        CONFIGURATIONS,
        /** The generation that counts ({@code current}) and the newest one ({@code latest}). */
        SYSTEM;

        public String prefix() {
            return switch (this) {
                case SYSTEM -> "refs/system/";
                case GENERATIONS, CONFIGURATIONS -> "refs/system/" + name().toLowerCase(Locale.ROOT) + "/";
                default -> "refs/" + name().toLowerCase(Locale.ROOT) + "/";
            };
        }
    }

    public StoreRef {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9+._-]*") || name.contains("..") || name.endsWith(".lock")) {
            throw new IllegalArgumentException("not a name for a ref: " + name);
        }
    }

    /** The full name, as git shows it. */
    public String fullName() {
        return namespace.prefix() + name;
    }

    /** The ref of that full name; empty when it is none of ours. */
    public static Optional<StoreRef> parse(String fullName) {
        for (Namespace namespace : Namespace.values()) {
            if (fullName.startsWith(namespace.prefix())) {
                return Optional.of(new StoreRef(
                        namespace, fullName.substring(namespace.prefix().length())));
            }
        }
        return Optional.empty();
    }

    @Override
    public int compareTo(StoreRef other) {
        return fullName().compareTo(other.fullName());
    }

    @Override
    public String toString() {
        return fullName();
    }
}
