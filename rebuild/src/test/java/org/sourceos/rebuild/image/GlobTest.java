package org.sourceos.rebuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import org.junit.jupiter.api.Test;
import org.sourceos.gitstore.tree.TreePath;

final class GlobTest {
    private static boolean matches(String glob, String path) {
        return Glob.of(glob).matches(TreePath.of(path));
    }

    @Test
    void staysWithinANameUnlessTold() {
        assertThat(matches("/usr/lib/*.so", "usr/lib/a.so")).isTrue();
        assertThat(matches("/usr/lib/*.so", "usr/lib/x/a.so")).isFalse();
        assertThat(matches("/usr/**/*.so", "usr/lib/x/a.so")).isTrue();
        assertThat(matches("/usr/**/*.so", "usr/a.so")).isTrue();
        assertThat(matches("/usr/lib/**", "usr/lib/x/y")).isTrue();
        assertThat(matches("/usr/lib/?", "usr/lib/xy")).isFalse();
        assertThat(matches("/usr/lib/[a-c]x", "usr/lib/bx")).isTrue();
        assertThat(matches("/usr/lib/[!a-c]x", "usr/lib/bx")).isFalse();
    }

    @Test
    void takesAFolderForAllThatIsInIt() {
        assertThat(matches("/usr/share/man", "usr/share/man/man1/hello.1")).isTrue();
        assertThat(matches("/usr/share/man", "usr/share/manual")).isFalse();
    }

    @Property(tries = 200)
    void takesAnyTextAsAPattern(@ForAll String glob) {
        assertThat(Glob.of(glob)).isNotNull();
    }

    @Property(tries = 200)
    void matchesPlainNamesOnlyWithThemselves(@ForAll @AlphaChars String a, @ForAll @AlphaChars String b) {
        assertThat(matches("/x" + a, "x" + b)).isEqualTo(a.equals(b));
    }
}
