package org.sourceos.importer.secret;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFinderTest {
    /** In each, S3cr3t! is the secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=S3cr3t!",
                "db.password : 'S3cr3t!'",
                "  \"client_secret\": \"S3cr3t!\",",
                "<password>S3cr3t!</password>",
                "export API_KEY=S3cr3t!",
                "https://ann:S3cr3t!@example.org/x",
                "//registry.example.org/:_authToken=S3cr3t!",
                "machine x login ann password S3cr3t!",
                "password S3cr3t!",
                "set imap_pass=\"S3cr3t!\"",
                "mysqldump --password=S3cr3t! x",
                "tool --token S3cr3t! x",
                "curl -u ann:S3cr3t! https://example.org",
                "Authorization: Basic S3cr3t!",
                "# psk=\"S3cr3t!\"",
                "wep-key0=S3cr3t!",
                "rocommunity S3cr3t!",
                "options: username=ann,password=S3cr3t!",
                "PrivateKey = S3cr3t!",
                "$config['db_password'] = 'S3cr3t!';",
                "define('AUTH_KEY', 'x'); $secret = \"S3cr3t!\";",
                "ansible_become_pass: S3cr3t!",
            })
    void takesOutWhatTheWordsBesideItGiveAway(String line) {
        Cleaned cleaned = new SecretFinder().clean("first\n" + line + "\nlast\n");
        assertThat(cleaned.text())
                .doesNotContain("S3cr3t!")
                .contains(Cleaned.MARK)
                .startsWith("first\n")
                .endsWith("\nlast\n");
        assertThat(cleaned.places()).extracting(Cleaned.Place::line).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "passwd:         files systemd",
                "password  [success=1 default=ignore]  pam_unix.so obscure use_authtok try_first_pass yescrypt",
                "password requisite pam_deny.so",
                "PasswordAuthentication no",
                "# Allow client to pass locale environment variables",
                "# the password is in the safe",
                "PASS_MAX_DAYS   99999",
                "%sudo ALL=(ALL:ALL) NOPASSWD: ALL",
                "ssh://git@example.org/x.git",
                "key-mgmt=wpa-psk",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ann@study",
                "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
                "credentials=/etc/samba/ann.cred",
                "TOKEN=$(cat /run/token)",
                "password_file: /etc/tool/pass",
                "authenticator = /usr/lib/authentication-helper-program-1",
            })
    void leavesAloneWhatIsNone(String line) {
        assertThat(new SecretFinder().clean(line).text()).isEqualTo(line);
    }

    @Test
    void takesOutKeysWhole() {
        String text = "a\n-----BEGIN EC PRIVATE KEY-----\nabc\ndef\n-----END EC PRIVATE KEY-----\nb\n";
        assertThat(new SecretFinder().clean(text).text()).isEqualTo("a\nWITHHELD\n\n\n\nb\n");
        assertThat(new SecretFinder()
                        .clean("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")
                        .text())
                .doesNotContain("abc");
    }

    @ParameterizedTest
    @CsvSource({
        "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-123456789012-abcdefghijkl",
        "$6$rounds=5000$saltsalt$hashhashhashhash",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk",
        "{SSHA}abcdefghijklmnop"
    })
    void knowsTokensAndHashesByTheirForm(String token) {
        assertThat(new SecretFinder().clean("x " + token + " y").text()).isEqualTo("x WITHHELD y");
    }

    @Test
    void whatWasASecretOnceIsOneEverywhere() {
        SecretFinder finder = new SecretFinder();
        finder.clean("password=tr0ub4dor&3\n");
        assertThat(finder.clean("echo tr0ub4dor&3 | login").text()).isEqualTo("echo WITHHELD | login");
        assertThat(finder.known("see tr0ub4dor&3")).isEqualTo("see WITHHELD");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/shadow,true",
        "/etc/ssh/ssh_host_rsa_key,true",
        "/etc/ssh/ssh_host_rsa_key.pub,false",
        "/etc/machine-id,true",
        "/opt/x/id_ed25519,true",
        "/opt/x/.netrc,true",
        "/etc/ssl/private/x.pem,true",
        "/etc/passwd,false",
        "/opt/x/a.p12,true",
        "/etc/apt/keyrings/vendor.key,false",
        "/etc/nanorc,false",
        "/etc/krb5.keytab,true"
    })
    void knowsFilesThatAreSecretsByTheirPlace(String path, boolean secret) {
        assertThat(SecretFiles.what(path).isPresent()).isEqualTo(secret);
    }

    @Property(tries = 2000)
    void endsWhateverItIsGiven(@ForAll("lines") String text) {
        Cleaned cleaned = new SecretFinder().clean(text);
        assertThat(cleaned.text().chars().filter(c -> c == '\n').count())
                .isEqualTo(text.chars().filter(c -> c == '\n').count());
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "password",
                                "token=",
                                "=",
                                ":",
                                "://",
                                "@",
                                "\"",
                                "'",
                                "-----BEGIN RSA PRIVATE KEY-----",
                                "\\",
                                "$6$",
                                "secret ",
                                "\n",
                                "a".repeat(200),
                                "pass pass pass pass ",
                                "aA1".repeat(30)),
                        Arbitraries.strings().ofMaxLength(12))
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Test
    void isQuickWithLongLines() {
        String text = "pass".repeat(20_000) + "=" + "x".repeat(60_000) + " " + "user:".repeat(10_000);
        assertThat(new SecretFinder().clean(text).text()).isNotEmpty();
    }
}
