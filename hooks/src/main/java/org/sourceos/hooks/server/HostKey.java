package org.sourceos.hooks.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Iterator;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.sourceos.host.AtomicFile;

/** What clients recognise a server by: an Ed25519 key in OpenSSH's format that only its owner can read. */
record HostKey(KeyPair pair) {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    /** The one in the file, which is made if it is missing. */
    static HostKey in(Path file) throws ServerException {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                make(file);
            }
            refuseIfOthersCanRead(file);
            return new HostKey(read(file));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new ServerException(
                    "cannot use the host key " + file + ": " + e.getMessage()
                            + "; it has to be an OpenSSH private key without a password (if it is moved away, a new one"
                            + " is made, and clients ask about it)",
                    e);
        }
    }

    private static void make(Path file) throws IOException, GeneralSecurityException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("it is a folder");
        }
        Files.createDirectories(folder);
        KeyPair pair = SecurityUtils.getKeyPairGenerator(SecurityUtils.EDDSA).generateKeyPair();
        // Temporary files are their owner's from the beginning, and this one keeps its mode with its new name.
        AtomicFile.write(file, out -> {
            try {
                OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "sourceos", null, out);
            } catch (GeneralSecurityException e) {
                throw new IOException("a key that cannot be written", e);
            }
        });
    }

    private static void refuseIfOthersCanRead(Path file) throws IOException, ServerException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!OWNER.containsAll(mode)) {
            throw new ServerException("others than its owner can read the host key " + file + " ("
                    + PosixFilePermissions.toString(mode)
                    + "), so it proves nothing: move it away, and a new one is made"
                    + " (or, if nobody has read it: chmod 600 " + file + ")");
        }
    }

    private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.EMPTY);
            Iterator<KeyPair> found = pairs == null ? Set.<KeyPair>of().iterator() : pairs.iterator();
            if (!found.hasNext()) {
                throw new IOException("there is no private key in it");
            }
            return found.next();
        }
    }

    /** As {@code ssh} shows it when it asks. */
    String fingerprint() {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, pair.getPublic());
    }
}
