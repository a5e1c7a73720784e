package org.sourceos.launcher.secret;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.host.AtomicFile;
import org.sourceos.launcher.LaunchException;

/**
 * Who can read the secrets of a machine's configuration: a file of age identities (https://age-encryption.org/v1, X25519), as
 * {@code age-keygen} writes it, that its owner alone can read.
 */
public final class AgeIdentity {
    private static final String SECRET_KEY = "AGE-SECRET-KEY-1";
    private static final String PUBLIC_KEY = "# public key: ";
    private static final byte[] ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----".getBytes(StandardCharsets.US_ASCII);

    private final Path file;

    /** @param file need not be there yet */
    public AgeIdentity(Path file) {
        this.file = file;
    }

    /** The public key that others encrypt for; where there is no identity yet, one is made. */
    public String recipient() throws LaunchException {
        try {
            if (!Files.exists(file)) {
                KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
                Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
                AtomicFile.write(file, PUBLIC_KEY + pair.getPublic() + "\n" + pair.getPrivate() + "\n");
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return lines().stream()
                    .filter(line -> line.startsWith(PUBLIC_KEY))
                    .map(line -> line.substring(PUBLIC_KEY.length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new LaunchException("cannot read the public key in " + file
                            + ": it has no line that begins with \"" + PUBLIC_KEY + "\", as age-keygen writes it"));
        } catch (IOException | GeneralSecurityException e) {
            throw new LaunchException(
                    "cannot make the age identity " + file + ": " + e.getMessage()
                            + "; its folder has to be writable: become root, or set SOURCEOS_STATE to one of your own",
                    e);
        }
    }

    /** Decrypts; armoured or not. */
    byte[] decrypt(byte[] encrypted, Path from) throws LaunchException {
        List<RecipientStanzaReader> readers = new ArrayList<>();
        try {
            for (String line : lines()) {
                if (line.startsWith(SECRET_KEY)) {
                    readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line.strip()));
                }
            }
        } catch (NoSuchFileException e) {
            throw new LaunchException(
                    "cannot decrypt " + from + ": this machine has no age identity in " + file
                            + "; `sourceos secret key` makes one, for which the secret then has to be encrypted",
                    e);
        } catch (IOException | GeneralSecurityException e) {
            throw new LaunchException(
                    "cannot decrypt " + from + ": the age identity " + file + " cannot be used: " + e.getMessage()
                            + "; it has to be readable by you, and as age-keygen writes it",
                    e);
        }
        StandardDecryptingChannelFactory factory =
                isArmored(encrypted) ? new ArmoredDecryptingChannelFactory() : new StandardDecryptingChannelFactory();
        try (ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(encrypted));
                ReadableByteChannel out = factory.newDecryptingChannel(in, readers);
                InputStream plain = Channels.newInputStream(out)) {
            return plain.readAllBytes();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The library lets some of what a cut-off file makes it do through as it is.
            throw new LaunchException(
                    "cannot decrypt " + from + ": it is damaged, or not encrypted for this machine (" + e.getMessage()
                            + "); `sourceos secret key` says for which key it has to be",
                    e);
        }
    }

    /**
     * Encrypts for some recipients, as {@code age -r …} does.
     *
     * @param recipients public keys, {@code age1…}
     */
    public static byte[] encrypt(byte[] plain, List<String> recipients) throws LaunchException {
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        for (String recipient : recipients) {
            try {
                writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new LaunchException("cannot encrypt for " + recipient + ": it is no age public key (age1…)", e);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (WritableByteChannel out =
                new StandardEncryptingChannelFactory().newEncryptingChannel(Channels.newChannel(bytes), writers)) {
            out.write(ByteBuffer.wrap(plain));
        } catch (IOException | GeneralSecurityException e) {
            throw new LaunchException("cannot encrypt: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII);
    }

    private static boolean isArmored(byte[] bytes) {
        if (bytes.length < ARMOR.length) {
            return false;
        }
        for (int i = 0; i < ARMOR.length; i++) {
            if (bytes[i] != ARMOR[i]) {
                return false;
            }
        }
        return true;
    }
}
