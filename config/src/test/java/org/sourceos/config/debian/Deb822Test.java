package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class Deb822Test {
    @Test
    void readsFieldsContinuationsAndComments() {
        String text =
                "# first\nPackage: hello\nFiles:\n aa 1 x\n# between\n bb 2 y\n\n\nnonsense\nPackage:other\nX: a\nX: b";
        List<Deb822.Paragraph> paragraphs = Deb822.parse(text);
        assertThat(paragraphs).hasSize(2);
        assertThat(paragraphs.get(0).field("files")).hasValue("\naa 1 x\nbb 2 y");
        assertThat(paragraphs.get(1).field("Package")).hasValue("other");
        assertThat(paragraphs.get(1).field("X")).hasValue("b");
        assertThat(print(paragraphs)).isEqualTo(text);
    }

    @Test
    void givesAParagraphBeforeItHasReadTheNext() {
        StringBuilder asked = new StringBuilder();
        List<String> lines = List.of("A: 1\n", "\n", "B: 2\n", "\n", "C: 3\n");
        assertThat(Deb822.read(lines.stream().peek(asked::append).iterator()).findFirst())
                .isPresent();
        assertThat(asked).hasToString("A: 1\n\nB: 2\n");
    }

    @Property
    void printsBackWhatItRead(@ForAll("texts") String text) {
        assertThat(print(Deb822.parse(text))).isEqualTo(text);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> line = Arbitraries.oneOf(
                Arbitraries.of("A: 1", " more", "\tmore", " .", "", " ", "# c", "#", ":", "A:", "nothing", "A : x\r"),
                Arbitraries.strings().withChars("aA:# \t\r\u00e4").ofMaxLength(8));
        return line.list().ofMaxSize(20).map(lines -> String.join("\n", lines));
    }

    private static String print(List<Deb822.Paragraph> paragraphs) {
        return paragraphs.stream().map(Deb822.Paragraph::print).collect(Collectors.joining());
    }
}
