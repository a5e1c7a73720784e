package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects and names that no honest git would send, from somebody who may push: refused, and nothing of them stays. */
class HostilePushTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Site site;

    private List<String> before = List.of();
    private String first = "";

    @BeforeEach
    void begin() throws Exception {
        site = Site.in(folder);
        before = site.stored();
        first = site.inWork("rev-parse", "HEAD");
    }

    @AfterEach
    void theServerGoesOn() throws Exception {
        site.inWork("update-ref", "refs/heads/main", first);
        Site.Outcome pushed = site.push("dad");
        assertThat(pushed.status()).as(pushed.toString()).isZero();
        site.assertSound();
        site.close();
    }

    private String object(String type, byte[] content) throws IOException {
        Path file = Files.createTempFile(folder, "object", "");
        Files.write(file, content);
        return site.inWork("hash-object", "-t", type, "-w", "--literally", file.toString());
    }

    private byte[] tree(String... entries) throws IOException {
        byte[] blob = HexFormat.of().parseHex(object("blob", "text\n".getBytes(StandardCharsets.UTF_8)));
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        for (String entry : entries) {
            tree.writeBytes(entry.getBytes(StandardCharsets.UTF_8));
            tree.write(0);
            tree.writeBytes(blob);
        }
        return tree.toByteArray();
    }

    private static String commit(String tree, String header) {
        return "tree " + tree + "\n" + header + "\n\nHostile\n";
    }

    private static final String HEADER = "author a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000";

    private Site.Outcome pushed(String tree, String header) throws IOException {
        String commit = object("commit", commit(tree, header).getBytes(StandardCharsets.UTF_8));
        site.inWork("update-ref", "refs/heads/main", commit);
        return refused(site.pushed());
    }

    private Site.Outcome refused(byte[] said) throws IOException {
        Site.Outcome outcome = site.say("dad", said, "git-receive-pack 'system'");
        assertThat(site.main()).as(outcome.toString()).isEmpty();
        assertThat(site.stored()).isEqualTo(before);
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100644 a|100644 a",
                "100644 .git",
                "100644 .GIT",
                "100644 git~1",
                "100644 .g\u200cit",
                "100644 .",
                "100644 ..",
                "100644 a/b",
                "0100644 a",
                "100644 b|100644 a",
                "120000 .gitmodules",
            })
    void malformedTreesAreRefused(String entries) throws Exception {
        assertThat(pushed(object("tree", tree(entries.split("\\|"))), HEADER).out())
                .doesNotContain("unpack ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "author a <a@b> 1 +0000",
                "author a <a@b> 99999999999999999999999 +0000\ncommitter a <a@b> 1 +0000",
                "author a a@b 1 +0000\ncommitter a <a@b> 1 +0000",
            })
    void malformedCommitsAreRefused(String header) throws Exception {
        assertThat(pushed(object("tree", tree("100644 a")), header).out()).doesNotContain("unpack ok");
    }

    @Test
    void aCommitWithoutItsTreeIsRefused() throws Exception {
        String tree = "1234567890123456789012345678901234567890";
        String commit = object("commit", commit(tree, HEADER).getBytes(StandardCharsets.UTF_8));
        site.inWork("update-ref", "refs/heads/main", commit);
        assertThat(refused(site.pushed(commit)).out()).doesNotContain("ok refs/heads/main");
    }

    /** Git refuses these; that nothing of their objects stays either is for the hook that refuses before git does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "refs/tags/../../evil",
                "refs/tags/a.lock",
                "refs/tags/a b",
                "refs/tags/a\u0001b",
                "refs/tags/a..b",
                "refs/tags/a@{1}",
                "refs/tags/",
                "/etc/evil",
                "../evil",
                "HEAD",
                "config",
                "hooks/pre-receive",
                "objects/info/alternates",
            })
    void evilNamesOfRefsAreRefused(String ref) throws Exception {
        byte[] good = site.pushed();
        String head = site.inWork("rev-parse", "HEAD");
        String line = "0".repeat(40) + " " + head + " " + ref + "\0 report-status\n";
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        said.writeBytes("%04x".formatted(text.length + 4).getBytes(StandardCharsets.US_ASCII));
        said.writeBytes(text);
        said.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        int pack = new String(good, StandardCharsets.ISO_8859_1).indexOf("PACK");
        said.write(good, pack, good.length - pack);
        Site.Outcome outcome = site.say("dad", said.toByteArray(), "git-receive-pack 'system'");
        assertThat(site.git("-C", site.repository().toString(), "for-each-ref"))
                .as(outcome.toString())
                .isEmpty();
        assertThat(folder.resolve("evil")).doesNotExist();
    }
}
