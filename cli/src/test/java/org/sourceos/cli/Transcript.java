package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A text file of command lines and what each came to: {@code $} a command, {@code |} standard output ({@code |\} where no
 * newline ends it), {@code !} standard error, {@code =} an exit status that is not 0. Everything else is commentary.
 */
record Transcript(Path file, List<Transcript.Part> parts) {

    /** Commentary, or a command with what it came to. */
    sealed interface Part {}

    record Note(String line) implements Part {}

    record Run(String line, Outcome expected) implements Part {
        Invocation invocation() {
            return Invocation.of(line);
        }
    }

    /**
     * A command line taken apart: {@code NAME=VALUE… program word… [< file]}, with single quotes as a shell has them.
     *
     * @param input the file that standard input is; empty for none
     */
    record Invocation(Map<String, String> environment, List<String> words, String input) {
        static Invocation of(String line) {
            List<String> all = split(line);
            Map<String, String> environment = new LinkedHashMap<>();
            int at = 0;
            for (; all.get(at).matches("[A-Z_]+=.*"); at++) {
                String[] pair = all.get(at).split("=", 2);
                environment.put(pair[0], pair[1]);
            }
            List<String> words = new ArrayList<>(all.subList(at, all.size()));
            String input = "";
            if (words.size() > 2 && words.get(words.size() - 2).equals("<")) {
                input = words.get(words.size() - 1);
                words.subList(words.size() - 2, words.size()).clear();
            }
            return new Invocation(environment, words, input);
        }

        private static List<String> split(String line) {
            List<String> words = new ArrayList<>();
            StringBuilder word = new StringBuilder();
            boolean quoted = false;
            boolean any = false;
            for (char c : (line + " ").toCharArray()) {
                if (c == '\'') {
                    quoted = !quoted;
                    any = true;
                } else if (c == ' ' && !quoted) {
                    if (any) {
                        words.add(word.toString());
                    }
                    word.setLength(0);
                    any = false;
                } else {
                    word.append(c);
                    any = true;
                }
            }
            assertThat(quoted).as("a quote is open in: " + line).isFalse();
            return words;
        }
    }

    static Stream<Transcript> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Transcript> all = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
                all.add(read(file));
            }
            return all.stream();
        }
    }

    static Transcript read(Path file) throws IOException {
        List<Part> parts = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : Files.readString(file).split("\n", -1)) {
            boolean output = !block.isEmpty() && line.matches("[|!=].*");
            if (!output && !block.isEmpty()) {
                parts.add(run(block));
                block.clear();
            }
            if (output || line.startsWith("$ ")) {
                block.add(line);
            } else {
                parts.add(new Note(line));
            }
        }
        if (!block.isEmpty()) {
            parts.add(run(block));
        }
        return new Transcript(file, List.copyOf(parts));
    }

    private static Run run(List<String> block) {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        int status = 0;
        for (String line : block.subList(1, block.size())) {
            if (line.startsWith("|\\")) {
                out.append(line.substring(2));
            } else if (line.startsWith("|")) {
                out.append(line.substring(Math.min(line.length(), 2))).append('\n');
            } else if (line.startsWith("!")) {
                err.append(line.substring(Math.min(line.length(), 2))).append('\n');
            } else {
                status = Integer.parseInt(line.substring(2));
            }
        }
        return new Run(block.get(0).substring(2), new Outcome(status, out.toString(), err.toString()));
    }

    static String shown(String line, Outcome outcome) {
        StringBuilder text = new StringBuilder("$ ").append(line).append('\n');
        prefixed(text, "|", outcome.out());
        prefixed(text, "!", outcome.err());
        if (outcome.status() != 0) {
            text.append("= ").append(outcome.status()).append('\n');
        }
        return text.toString();
    }

    private static void prefixed(StringBuilder text, String prefix, String output) {
        int start = 0;
        while (start < output.length()) {
            int end = output.indexOf('\n', start);
            if (end < 0) {
                text.append(prefix).append('\\').append(output.substring(start)).append('\n');
                return;
            }
            String line = output.substring(start, end);
            text.append(prefix).append(line.isEmpty() ? "" : " ").append(line).append('\n');
            start = end + 1;
        }
    }

    List<Run> runs() {
        return parts.stream().filter(Run.class::isInstance).map(Run.class::cast).toList();
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
