package org.sourceos.config.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;

class BaseSpecTest {
    private static final String FILE = "templates/bases/debian-12/base.toml";

    @Test
    void readsABaseAndSortsItsPackages() throws ConfigException {
        BaseSpec base = BaseSpec.parse(FILE, """
                name = "debian-12"
                suite = "bookworm"
                description = "Debian 12 with a C compiler"
                packages = ["make", "gcc", "libc6-dev", "g++-12"]
                """);

        assertThat(base.name()).isEqualTo("debian-12");
        assertThat(base.suite()).isEqualTo("bookworm");
        assertThat(base.packages()).containsExactly("g++-12", "gcc", "libc6-dev", "make");
        assertThat(base.description()).contains("Debian 12 with a C compiler");
    }

    @Test
    void findsAllMistakesAtOnce() {
        assertThatThrownBy(() -> BaseSpec.parse(FILE, """
                        name = "debian-13"
                        suit = "bookworm"
                        packages = ["make", "make", "GCC", "-o", 3]
                        descripton = "x"
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        templates/bases/debian-12/base.toml:1:8: the base is named "debian-13" and its folder "debian-12"
                          1 | name = "debian-13"
                            |        ^
                          write name = "debian-12", or rename the folder
                        templates/bases/debian-12/base.toml:2:1: unknown key "suit"
                          2 | suit = "bookworm"
                            | ^
                          did you mean "suite"?
                        templates/bases/debian-12/base.toml:3:21: packages has "make" twice, first on line 3
                          3 | packages = ["make", "make", "GCC", "-o", 3]
                            |                     ^
                          remove one of them
                        templates/bases/debian-12/base.toml:3:29: "GCC" is not the name of a Debian package
                          3 | packages = ["make", "make", "GCC", "-o", 3]
                            |                             ^
                          write lower-case letters, digits and + - ., such as "libc6-dev"
                        templates/bases/debian-12/base.toml:3:36: "-o" is not the name of a Debian package
                          3 | packages = ["make", "make", "GCC", "-o", 3]
                            |                                    ^
                          write lower-case letters, digits and + - ., such as "libc6-dev"
                        templates/bases/debian-12/base.toml:3:42: packages: expected a list of strings, found an integer among them
                          3 | packages = ["make", "make", "GCC", "-o", 3]
                            |                                          ^
                          write "3"
                        templates/bases/debian-12/base.toml:4:1: unknown key "descripton"
                          4 | descripton = "x"
                            | ^
                          did you mean "description"?""");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> BaseSpec.parse("base.toml", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a base needs name")
                .hasMessageContaining("add suite = \"bookworm\"")
                .hasMessageContaining("a base needs packages");
    }

    @Property(tries = 300)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String prefix : new String[] {"", "name = \"", "packages = ["}) {
            try {
                BaseSpec.parse(FILE, prefix + text);
            } catch (ConfigException e) {
                assertThat(e.diagnostics()).isNotEmpty();
            }
        }
    }
}
