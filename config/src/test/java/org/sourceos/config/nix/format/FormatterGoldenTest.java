package org.sourceos.config.nix.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code format/*.in.nix} becomes its {@code .out.nix}. All are read with SourceOS's additions but those whose names
 * begin with {@code standard-}. {@code -Dformat.write=true} writes the results down instead, for somebody to look at.
 */
class FormatterGoldenTest {
    static Stream<Path> inputs() throws IOException {
        return Texts.files(Texts.ROOT.resolve("format")).stream()
                .filter(file -> file.toString().endsWith(".in.nix"));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void formatsAsWrittenDown(Path input) throws Exception {
        boolean dialect = !String.valueOf(input.getFileName()).startsWith("standard-");
        Path output = Path.of(input.toString().replaceFirst("\\.in\\.nix$", ".out.nix"));
        String formatted = Texts.formatted(Files.readString(input), dialect);
        if (Boolean.getBoolean("format.write")) {
            Files.writeString(output, formatted);
        }
        assertThat(formatted).isEqualTo(Files.readString(output));
    }

    @Test
    void everyFeatureHasACase() throws IOException {
        assertThat(inputs()).hasSizeGreaterThan(60);
    }
}
