package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;

class AccessTest {
    private static final String LIST = "[repositories.system]\nread = [\"mom\"]\npush = [\"dad\"]\n";

    private static PublicKey key() throws Exception {
        return SecurityUtils.getKeyPairGenerator(SecurityUtils.EDDSA)
                .generateKeyPair()
                .getPublic();
    }

    private static String text(PublicKey key) {
        return PublicKeyEntry.toString(key) + " a comment\n";
    }

    private static PublicKey rsa(int bits) throws Exception {
        // No key that anybody could use, which takes long to find: only its size counts here.
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.valueOf(12345));
        return java.security.KeyFactory.getInstance("RSA")
                .generatePublic(new java.security.spec.RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)));
    }

    private static String mistakes(Map<String, String> files) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> Access.parse(files));
        assertThat(failure).as("a mistake").isNotNull();
        return String.valueOf(failure.getMessage());
    }

    @Test
    void knowsWhoMayDoWhat() throws Exception {
        PublicKey dad = key();
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));
        PublicKey mom = curve.generateKeyPair().getPublic();
        PublicKey boss = rsa(3072);
        Access access = Access.parse(Map.of(
                "access.toml",
                LIST + "admin = [\"boss\"]\n[repositories.other]\nread = [\"dad\"]\n",
                "dad.pub",
                "# of the laptop\n\n" + text(dad),
                "mom.pub",
                text(mom),
                "boss.pub",
                text(boss),
                "README",
                "anything"));
        assertThat(access.person(dad)).contains("dad");
        assertThat(access.person(mom)).contains("mom");
        assertThat(access.person(boss)).contains("boss");
        assertThat(access.person(key())).isEmpty();
        assertThat(access.allows("mom", "system", Right.READ)).isTrue();
        assertThat(access.allows("mom", "system", Right.PUSH)).isFalse();
        assertThat(access.allows("dad", "system", Right.READ)).isTrue();
        assertThat(access.allows("dad", "system", Right.PUSH)).isTrue();
        assertThat(access.allows("dad", "system", Right.ADMIN)).isFalse();
        assertThat(access.allows("boss", "system", Right.PUSH)).isTrue();
        assertThat(access.allows("dad", "other", Right.PUSH)).isFalse();
        assertThat(access.allows("mom", "other", Right.READ)).isFalse();
        assertThat(access.allows("nobody", "system", Right.READ)).isFalse();
    }

    @Test
    void withoutAListNobodyMayDoAnything() throws Exception {
        PublicKey dad = key();
        Access access = Access.parse(Map.of("dad.pub", text(dad)));
        assertThat(access.person(dad)).isEmpty();
        assertThat(access.mentions("system")).isFalse();
    }

    @Test
    void knowsHowMuchMayBePushed() throws Exception {
        PublicKey dad = key();
        String list = "[repositories.system]\npush = [\"dad\"]\n";
        Access unsaid = Access.parse(Map.of("access.toml", list, "dad.pub", text(dad)));
        assertThat(unsaid.sizes()).isEqualTo(Access.Sizes.UNSAID);
        assertThat(PushSize.ofCommits(unsaid, Limits.DEFAULT).bytes()).isEqualTo(64L << 20);
        Access said = Access.parse(
                Map.of("access.toml", "largest_push = \"2G\"\nlargest_closure = 7\n" + list, "dad.pub", text(dad)));
        assertThat(PushSize.ofCommits(said, Limits.DEFAULT).bytes()).isEqualTo(2L << 30);
        assertThat(PushSize.ofClosure(said, Limits.DEFAULT).bytes()).isEqualTo(7L << 20);
        assertThat(mistakes(Map.of("access.toml", "largest_push = \"much\"\nlargest_closure = 0\n" + list)))
                .contains("trust/access.toml:1:16: ", "trust/access.toml:2:19: ", "is out of range");
    }

    @Test
    void tellsAllMistakesAtOnceWithTheirPlaces() throws Exception {
        assertThat(mistakes(Map.of(
                        "access.toml",
                        "[repositories.system]\nread = [\"mum\"]\npsh = [\"dad\"]\n",
                        "mom.pub",
                        text(key()),
                        "dad.pub",
                        "nonsense\n")))
                .contains(
                        "trust/access.toml:2:9: there is no key of \"mum\"",
                        "did you mean \"mom\"?",
                        "trust/access.toml:3:1: ",
                        "trust/dad.pub:1:1: \"nonsense\" is no type of key",
                        "trust/mom.pub:1:1: trust/access.toml does not say what \"mom\" may do");
    }

    @Test
    void refusesKeysThatProveTooLittle() throws Exception {
        String list = "[repositories.system]\nread = [\"dad\"]\n";
        String good = text(key());
        Map<String, String> bad = new HashMap<>();
        bad.put("", "there is no key in this file");
        bad.put(good + text(key()), "a second key");
        bad.put(text(rsa(2048)), "2048 bits is too weak");
        bad.put("-----BEGIN OPENSSH PRIVATE KEY-----\n", "this is no public key");
        bad.put("command=\"id\" " + good, "is no type of key that is taken here");
        bad.put("ssh-ed25519\n", "the key itself is missing");
        bad.put("ssh-ed25519 AAAA!\n", "cannot be decoded");
        bad.put("ssh-ed25519 AAAA\n", "cannot be decoded");
        bad.put(good.replace("ssh-ed25519", "ssh-rsa"), "trust/dad.pub:1:1: this is");
        bad.put(good.replace(" a comment", "AAAA a comment"), "trust/dad.pub:1:1: this is");
        bad.put("ssh-dss AAAA\n", "\"ssh-dss\" is no type");
        bad.forEach((text, message) -> assertThat(mistakes(Map.of("access.toml", list, "dad.pub", text)))
                .as(text)
                .contains(message));
    }

    @Test
    void refusesAKeyThatTwoHave() throws Exception {
        String key = text(key());
        assertThat(mistakes(Map.of("access.toml", LIST, "dad.pub", key, "mom.pub", key)))
                .contains("trust/mom.pub:1:1: this is the key of trust/dad.pub too");
    }

    @Test
    void refusesNamesThatAreNone() throws Exception {
        assertThat(mistakes(Map.of("access.toml", "[repositories.system]\nread = [\"Dad\"]\n", "Dad.pub", text(key()))))
                .contains("trust/Dad.pub:1:1: \"Dad\" is no name of a person");
    }

    @Property
    void readsOrRefusesAnyText(@ForAll("lists") String list, @ForAll("keys") String key) {
        try {
            Access.parse(Map.of("access.toml", list, "dad.pub", key));
        } catch (ConfigException e) {
            assertThat(e.diagnostics()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> lists() {
        return mutated(LIST.replace("mom", "dad"));
    }

    @Provide
    Arbitrary<String> keys() {
        return mutated("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKxK1m2nVd5cN6e0c9h7B4oHkq1s2M5Jr3m5cM9w8Qn1 dad\n")
                .flatMap(text ->
                        Arbitraries.of("", "ssh-rsa ", "ecdsa-sha2-nistp256 ").map(type -> type + text));
    }

    /** The text with a part replaced by anything, or anything. */
    private static Arbitrary<String> mutated(String text) {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, text.length());
        Arbitrary<String> changed = place.flatMap(a -> place.flatMap(b -> Arbitraries.strings()
                .ofMaxLength(20)
                .map(s -> text.substring(0, Math.min(a, b)) + s + text.substring(Math.max(a, b)))));
        return Arbitraries.oneOf(changed, Arbitraries.strings());
    }
}
