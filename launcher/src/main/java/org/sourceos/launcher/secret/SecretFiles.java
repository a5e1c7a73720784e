package org.sourceos.launcher.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestSecret;

/** Reads the secrets of a machine, by name, from the files they are in. */
public final class SecretFiles {
    /** What an encrypted file's name ends with. */
    public static final String ENCRYPTED = ".age";

    /** All of a machine's secrets go to it in one message. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final AgeIdentity identity;

    public SecretFiles(AgeIdentity identity) {
        this.identity = identity;
    }

    /**
     * Their values now.
     *
     * @param files by name, absolute
     * @throws LaunchException when one is missing, too large, cannot be decrypted, or lies open to others and is not encrypted
     */
    public List<GuestSecret> read(SortedMap<String, Path> files) throws LaunchException {
        List<GuestSecret> secrets = new ArrayList<>();
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            if (!GuestSecret.isName(entry.getKey())) {
                throw new LaunchException(
                        "the secret \"" + entry.getKey() + "\" cannot be a file's name: use letters, digits and . _ -");
            }
            secrets.add(new GuestSecret(entry.getKey(), value(entry.getKey(), entry.getValue())));
        }
        return secrets;
    }

    private byte[] value(String name, Path file) throws LaunchException {
        boolean encrypted = file.toString().endsWith(ENCRYPTED);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
            if (!encrypted && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new LaunchException("the secret " + name + " is in " + file
                        + ", which others than its owner can read or write: chmod 600 " + file);
            }
        } catch (NoSuchFileException e) {
            throw new LaunchException(
                    "the secret " + name + " is to be read from " + file + ", which does not exist", e);
        } catch (IOException e) {
            throw new LaunchException("the secret " + name + " cannot be read from " + file + ": " + e.getMessage(), e);
        }
        if (bytes.length > MOST_BYTES) {
            throw new LaunchException("the secret " + name + " in " + file + " is larger than " + MOST_BYTES / 1024
                    + " KiB; share a folder with the machine for what is large");
        }
        return encrypted ? identity.decrypt(bytes, file) : bytes;
    }
}
