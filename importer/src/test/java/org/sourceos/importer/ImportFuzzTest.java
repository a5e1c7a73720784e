package org.sourceos.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.sourceos.config.nix.Syntax;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** Whatever stands in the files of a system: an import ends, with a configuration that can be parsed or a clear message. */
class ImportFuzzTest {
    private static final List<String> FILES = List.of(
            "var/lib/dpkg/status",
            "var/lib/dpkg/status",
            "var/lib/apt/extended_states",
            "var/lib/dpkg/diversions",
            "var/lib/dpkg/statoverride",
            "var/lib/dpkg/arch",
            "var/lib/dpkg/alternatives/x",
            "var/lib/ucf/hashfile",
            "var/cache/debconf/config.dat",
            "var/cache/debconf/templates.dat",
            "etc/apt/sources.list",
            "etc/apt/sources.list.d/x.sources",
            "etc/passwd",
            "etc/group",
            "etc/fstab",
            "etc/hostname",
            "etc/default/locale",
            "etc/default/grub",
            "etc/sysctl.d/x.conf",
            "etc/locale.gen",
            "etc/os-release",
            "etc/x",
            "usr/local/x",
            "etc/modules",
            "etc/xdg/mimeapps.list",
            "etc/timezone",
            "usr/local/lib/node_modules/x/package.json");

    private static final String GOOD =
            "Package: hello\nStatus: install ok installed\nVersion: 1-1\nArchitecture: amd64\n"
                    + "Conffiles:\n /etc/x 0123456789abcdef0123456789abcdef\nDepends: libc6 (>= 2)\n\n";

    private static Path root = Path.of("");

    @BeforeContainer
    static void makeRoot() throws IOException {
        root = Files.createTempDirectory("sourceos-import-fuzz-");
    }

    @AfterContainer
    static void removeRoot() throws IOException {
        Directories.remove(root);
    }

    @Property(tries = 5000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void endsWithAConfigurationOrAMessage(
            @ForAll("texts") String first, @ForAll("texts") String second, @ForAll("numbers") int number)
            throws Exception {
        String status = GOOD + (number % 3 == 0 ? first : "");
        write("var/lib/dpkg/status", number % 11 == 0 ? first : status);
        write("etc/x", "x");
        String a = FILES.get(number % FILES.size());
        String b = FILES.get((number / FILES.size()) % FILES.size());
        if (!a.equals("var/lib/dpkg/status")) {
            write(a, first);
        }
        if (!b.equals("var/lib/dpkg/status")) {
            write(b, second);
        }
        try {
            DebianImport.Result result = new DebianImport(root, EnumSet.allOf(Scope.class), List.of(), new TreeSet<>())
                    .read(new Cancellation());
            for (String name : List.of("system.source.nix", "users.source.nix", "packages.source.nix")) {
                byte[] content =
                        Objects.requireNonNull(result.files().get(name)).content();
                Syntax.read(name, new String(content, StandardCharsets.ISO_8859_1), true, tokens -> tokens);
            }
        } catch (ImportException e) {
            assertThat(e.getMessage()).contains(root.toString()).hasSizeLessThan(1000);
        } finally {
            Files.deleteIfExists(root.resolve(a));
            Files.deleteIfExists(root.resolve(b));
        }
    }

    private static void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<Integer> numbers() {
        return Arbitraries.integers().between(0, 1_000_000);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "Package: a",
                        "Package:",
                        "Status: install ok installed",
                        "Status: x",
                        "Version: 1:1",
                        "Version: -",
                        "Depends: a (>= 1) | b [amd64] <!x>, ${c}",
                        "Depends: (",
                        "Conffiles:\n /etc/x 0",
                        "Provides: a (= 1)",
                        "Architecture: i386",
                        "Auto-Installed: 1",
                        "deb [a=b http://x y z",
                        "deb http://u:p@x y z",
                        "Types: deb",
                        "URIs: http://x",
                        "Suites: a/",
                        "a:x:1000:1000:d:/h:/bin/sh",
                        "a:x:99999999999:1::",
                        "::::::",
                        "g:x:1:a,b",
                        "UUID=1 / ext4 a,b=c 0 1",
                        "x",
                        "= =",
                        "A=B",
                        "LANG=${x}",
                        "\"",
                        "''",
                        "\\",
                        "${",
                        "\0",
                        "\u00ff\u00fe",
                        "/",
                        "/etc/x",
                        "manual",
                        "Name: a/b",
                        "Value: ${x}",
                        "Flags: seen",
                        "Template: a/b",
                        "[Default Applications]",
                        "text/html=x;y",
                        "x.y = ''${z}",
                        ".".repeat(300),
                        "(".repeat(300),
                        "a|".repeat(100)),
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(20));
        return piece.list().ofMaxSize(12).map(pieces -> String.join("\n", pieces));
    }
}
