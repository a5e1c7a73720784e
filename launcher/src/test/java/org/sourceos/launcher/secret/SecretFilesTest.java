package org.sourceos.launcher.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestSecret;

class SecretFilesTest {
    private static final byte[] VALUE = "hush\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private AgeIdentity identity;

    @BeforeEach
    void anIdentity() {
        identity = new AgeIdentity(folder.resolve("state/identity"));
    }

    private List<GuestSecret> read(Path file) throws LaunchException {
        return new SecretFiles(identity).read(new TreeMap<>(Map.of("token", file)));
    }

    private Path file(String name, byte[] content, String mode) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void aFileThatOthersCannotReadIsTakenAsItIs() throws Exception {
        assertThat(read(file("plain", VALUE, "rw-------")))
                .singleElement()
                .satisfies(secret -> assertThat(secret).hasToString("the secret token"));
        assertThatThrownBy(() -> read(file("open", VALUE, "rw-r--r--")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("others than its owner can read or write: chmod 600");
        assertThatThrownBy(() -> read(folder.resolve("absent"))).hasMessageContaining("which does not exist");
        assertThatThrownBy(() -> read(file("large", new byte[70_000], "rw-------")))
                .hasMessageContaining("larger than 64 KiB");
    }

    @Test
    void anEncryptedFileIsDecryptedWithTheIdentityAndWithNoOther() throws Exception {
        byte[] encrypted = AgeIdentity.encrypt(VALUE, List.of(identity.recipient()));
        Path file = file("token.age", encrypted, "rw-r--r--");
        assertThat(identity.decrypt(encrypted, file)).isEqualTo(VALUE);
        assertThat(Files.getPosixFilePermissions(folder.resolve("state/identity")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(read(file)).hasSize(1);

        AgeIdentity other = new AgeIdentity(folder.resolve("other"));
        assertThatThrownBy(() -> other.decrypt(encrypted, file)).hasMessageContaining("no age identity in");
        other.recipient();
        assertThatThrownBy(() -> other.decrypt(encrypted, file))
                .hasMessageContaining("damaged, or not encrypted for this machine")
                .hasMessageNotContaining("hush");
        encrypted[encrypted.length - 1] ^= 1;
        assertThatThrownBy(() -> identity.decrypt(encrypted, file)).hasMessageContaining("damaged");
        assertThatThrownBy(() -> AgeIdentity.encrypt(VALUE, List.of("age1nonsense")))
                .hasMessageContaining("no age public key");
    }

    @Test
    void truncatedAndMutatedFilesAreRefused() throws Exception {
        byte[] encrypted = AgeIdentity.encrypt(VALUE, List.of(identity.recipient()));
        for (int length = 0; length < encrypted.length; length++) {
            byte[] part = java.util.Arrays.copyOf(encrypted, length);
            assertThatThrownBy(() -> identity.decrypt(part, folder)).isInstanceOf(LaunchException.class);
        }
        for (int at = 0; at < encrypted.length; at++) {
            byte[] other = encrypted.clone();
            other[at] ^= 0x40;
            assertThatThrownBy(() -> identity.decrypt(other, folder))
                    .as("byte %d", at)
                    .isInstanceOf(LaunchException.class);
        }
    }

    @Test
    void ageItselfReadsWhatWeWriteAndWritesWhatWeRead() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/age")), "age is not installed");
        String recipient = identity.recipient();
        Path ours = Files.write(folder.resolve("ours.age"), AgeIdentity.encrypt(VALUE, List.of(recipient)));
        assertThat(age("--decrypt", "-i", folder.resolve("state/identity").toString(), ours.toString()))
                .isEqualTo("hush\n");
        Path plain = Files.write(folder.resolve("plain"), VALUE);
        for (String form : List.of("--armor", "--encrypt")) {
            Path theirs = folder.resolve("theirs" + form + ".age");
            age("--encrypt", form, "-r", recipient, "-o", theirs.toString(), plain.toString());
            assertThat(identity.decrypt(Files.readAllBytes(theirs), theirs)).isEqualTo(VALUE);
        }
    }

    private static String age(String... words) throws IOException {
        return new ProcessRunner().output(Command.of("age").withArguments(List.of(words)), new Cancellation());
    }
}
