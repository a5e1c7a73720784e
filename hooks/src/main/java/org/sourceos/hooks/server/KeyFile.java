package org.sourceos.hooks.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;

/** One OpenSSH public key (RFC 4253 6.6): a line {@code TYPE BASE64 COMMENT}; blank lines and those after {@code #} do not count. */
final class KeyFile {
    private static final Set<String> TYPES =
            Set.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");
    private static final int LEAST_RSA_BITS = 3072;

    /** Checking a signature with a longer one takes so long that it could be used to keep the server busy. */
    private static final int MOST_RSA_BITS = 16384;

    private static final String HOW =
            "`ssh-keygen -t ed25519` makes a key; the line to put here is in the file ending in .pub";

    private final Complaints complaints;

    private KeyFile(Complaints complaints) {
        this.complaints = complaints;
    }

    /** Empty only if there was a complaint. */
    static Optional<PublicKey> read(String text, Complaints complaints) {
        return new KeyFile(complaints).read(text.lines().toList());
    }

    private Optional<PublicKey> read(List<String> lines) {
        Optional<PublicKey> key = Optional.empty();
        int found = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            Position place = complaints.text().position(i + 1, 1);
            if (line.startsWith("-----BEGIN")) {
                return complain(
                        place,
                        "this is no public key; if it is a private one, whoever can read the repository has it now",
                        "make a new key, and take this one out of use everywhere");
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (++found > 1) {
                return complain(place, "a second key", "one file, one key: give it a file of its own");
            }
            key = parse(line.split("\\s+"), place);
        }
        return found == 0 ? complain(complaints.text().position(1, 1), "there is no key in this file", HOW) : key;
    }

    private Optional<PublicKey> complain(Position place, String message, String suggestion) {
        complaints.add(place, message, suggestion);
        return Optional.empty();
    }

    private Optional<PublicKey> parse(String[] words, Position place) {
        String type = words[0];
        if (!TYPES.contains(type)) {
            return complain(
                    place,
                    Quoted.of(type) + " is no type of key that is taken here (and options before it are not either)",
                    HOW);
        }
        if (words.length < 2) {
            return complain(place, "the key itself is missing after " + type, HOW);
        }
        try {
            byte[] data = Base64.getDecoder().decode(words[1]);
            PublicKey key =
                    new PublicKeyEntry(type, data).resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING);
            // One key, one text: what the library would forgive, such as bytes that follow, is not let through.
            if (!PublicKeyEntry.toString(key).equals(type + " " + words[1])) {
                return complain(place, "this is not how a key of type " + type + " is written", HOW);
            }
            return key instanceof RSAPublicKey rsa ? ofGoodSize(rsa, place) : Optional.of(key);
        } catch (IOException | GeneralSecurityException | RuntimeException | StackOverflowError e) {
            // The library says that bytes are no key in many ways, not all of them checked.
            return complain(place, "this is no key of type " + type + ": it cannot be decoded", HOW);
        }
    }

    private Optional<PublicKey> ofGoodSize(RSAPublicKey key, Position place) {
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS) {
            return complain(
                    place, "an RSA key of " + bits + " bits is too weak", "use ed25519, or RSA of at least 3072 bits");
        }
        if (bits > MOST_RSA_BITS || key.getPublicExponent().bitLength() > Integer.SIZE) {
            return complain(place, "this RSA key is larger than what is taken here", "use ed25519");
        }
        return Optional.of(key);
    }
}
