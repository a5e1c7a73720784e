package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Debian;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Git;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.LocalPath;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Url;

class SourceLocationsTest {
    @Test
    void readsTheFourForms() {
        assertThat(SourceLocations.parse("https://example.org/a%20b.tar.gz?x=1"))
                .contains(new Url("https://example.org/a%20b.tar.gz?x=1"));
        assertThat(SourceLocations.parse("debian:hello")).contains(new Debian("hello", Optional.empty()));
        assertThat(SourceLocations.parse("debian:libc++=1:2.10~rc1-3+deb12u1"))
                .contains(new Debian("libc++", Optional.of("1:2.10~rc1-3+deb12u1")));
        assertThat(SourceLocations.parse("git+https://example.org/a.git#v1.0"))
                .contains(new Git("https://example.org/a.git", "v1.0"));
        assertThat(SourceLocations.parse("git+ssh://git@example.org:2222/a.git#feature/x"))
                .contains(new Git("ssh://git@example.org:2222/a.git", "feature/x"));
        assertThat(SourceLocations.parse("git+file:///srv/a.git#main")).contains(new Git("file:///srv/a.git", "main"));
        assertThat(SourceLocations.parse("path:.")).contains(new LocalPath("."));
        assertThat(SourceLocations.parse("path:src/a b")).contains(new LocalPath("src/a b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "https://",
                "https:///x",
                "https://example.org",
                "https://example.org/",
                "https://user:secret@example.org/x.tar.gz",
                "https://example.org/x.tar.gz#v1",
                "https://example.org/a b",
                "https://example.org/a\nb",
                "debian:",
                "debian:Hello",
                "debian:hello=",
                "debian:hello=1 || true",
                "debian:--allow-unauthenticated",
                "git+https://example.org/a.git",
                "git+https://example.org/a.git#",
                "git+https://example.org/a.git#--upload-pack=x",
                "git+https://example.org/a.git#a..b",
                "git+http://example.org/a.git#v1",
                "git+ssh://u:p@example.org/a.git#v1",
                "git+file://relative#v1",
                "path:",
                "path:/etc/shadow",
                "path:../../shadow",
                "path:a/../../b",
                "path:~/x",
                "file:///etc/shadow",
                "ext::sh -c id",
            })
    void refusesEverythingElse(String text) {
        assertThat(SourceLocations.parse(text)).isEmpty();
        assertThat(SourceLocations.mistake(text)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "htps://example.org/x.tgz | did you mean \"https\"?",
                "debain:hello | did you mean \"debian\"?",
                "HTTPS://example.org/x.tgz | write https://example.org/x.tgz",
                "debian:Hello | write debian:hello",
                "git@example.org:a/b.git | write git+ssh://git@HOST/PATH#REVISION",
                "https://example.org/a.git | write git+https://example.org/a.git#REVISION, with a tag or commit",
                "ftp.gnu.org/gnu/hello.tar.gz | write https://ftp.gnu.org/gnu/hello.tar.gz",
                "./src | write path:src for files beside the recipe",
            })
    void saysWhatWasMeant(String text, String suggestion) {
        assertThat(SourceLocations.mistake(text))
                .hasValueSatisfying(mistake -> assertThat(mistake.suggestion()).isEqualTo(suggestion));
    }

    @Property(tries = 500)
    void printedLocationsAreReadBack(@ForAll("locations") SourceLocation location) {
        assertThat(SourceLocations.parse(location.text())).contains(location);
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String prefix : new String[] {"", "https://", "debian:", "git+https://", "git+file:///", "path:"}) {
            String full = prefix + text;
            assertThat(SourceLocations.parse(full).isEmpty())
                    .isEqualTo(SourceLocations.mistake(full).isPresent());
            SourceLocations.parse(full)
                    .ifPresent(location -> assertThat(location.text()).isEqualTo(full));
        }
    }

    @Provide
    Arbitrary<SourceLocation> locations() {
        Arbitrary<String> word = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .ofMinLength(2)
                .ofMaxLength(8);
        return Arbitraries.oneOf(
                word.map(name -> new Url("https://example.org/" + name)),
                word.map(name -> new Debian(name, Optional.empty())),
                Combinators.combine(word, word)
                        .as((name, version) -> new Debian(name, Optional.of("1:2." + version + "-3"))),
                Combinators.combine(word, word).as((path, tag) -> new Git("https://example.org/" + path, tag)),
                Combinators.combine(word, word).as((folder, name) -> new LocalPath(folder + "/" + name)));
    }
}
