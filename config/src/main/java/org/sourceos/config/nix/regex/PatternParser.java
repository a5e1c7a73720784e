package org.sourceos.config.nix.regex;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Reads POSIX extended regular expressions (IEEE 1003.1, 9.4), in the C locale, one byte per char. */
final class PatternParser {
    private static final String ESCAPABLE = ".[\\()*+?{|^$";
    private static final int DEEPEST = 1000;

    private final String pattern;
    private int at;
    private int groups;
    private int depth;

    PatternParser(String pattern) {
        this.pattern = pattern;
    }

    int groups() {
        return groups;
    }

    Node parse() throws RegexSyntaxException {
        Node node = choice();
        if (at < pattern.length()) {
            throw error("unmatched parenthesis");
        }
        return node;
    }

    private RegexSyntaxException error(String what) {
        return new RegexSyntaxException(what + " at byte " + at + " of '" + pattern + "'", false);
    }

    private boolean more() {
        return at < pattern.length();
    }

    private Node choice() throws RegexSyntaxException {
        if (++depth > DEEPEST) {
            throw new RegexSyntaxException("the pattern is nested too deeply", true);
        }
        List<Node> branches = new ArrayList<>();
        branches.add(sequence());
        while (more() && pattern.charAt(at) == '|') {
            at++;
            branches.add(sequence());
        }
        depth--;
        return branches.size() == 1 ? branches.get(0) : new Node.Choice(branches);
    }

    private Node sequence() throws RegexSyntaxException {
        List<Node> parts = new ArrayList<>();
        while (more() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            char c = pattern.charAt(at);
            if (c == '^') {
                at++;
                parts.add(new Node.Start());
            } else if (c == '$') {
                at++;
                parts.add(new Node.End());
            } else {
                parts.add(repeats(atom()));
            }
        }
        return new Node.Sequence(parts);
    }

    private Node atom() throws RegexSyntaxException {
        char c = pattern.charAt(at);
        switch (c) {
            case '*', '+', '?', '{' -> throw error("nothing to repeat");
            case '.' -> {
                at++;
                return new Node.Bytes(ByteSet.any());
            }
            case '(' -> {
                at++;
                int index = ++groups;
                Node inner = choice();
                if (!more()) {
                    throw error("unmatched parenthesis");
                }
                at++;
                return new Node.Group(index, inner);
            }
            case '[' -> {
                at++;
                return new Node.Bytes(bracket());
            }
            case '\\' -> {
                at++;
                if (!more() || ESCAPABLE.indexOf(pattern.charAt(at)) < 0) {
                    throw error("no such escape");
                }
                return new Node.Bytes(ByteSet.of(pattern.charAt(at++)));
            }
            default -> {
                at++;
                return new Node.Bytes(ByteSet.of(c));
            }
        }
    }

    private Node repeats(Node first) throws RegexSyntaxException {
        Node node = first;
        while (more()) {
            char c = pattern.charAt(at);
            if (c == '*') {
                node = new Node.Repeat(node, 0, -1);
            } else if (c == '+') {
                node = new Node.Repeat(node, 1, -1);
            } else if (c == '?') {
                node = new Node.Repeat(node, 0, 1);
            } else if (c == '{') {
                node = counted(node);
            } else {
                break;
            }
            at++;
            if (++depth > DEEPEST) {
                throw new RegexSyntaxException("the pattern repeats repetitions too often", true);
            }
        }
        return node;
    }

    /** {@code {2}}, {@code {2,}} or {@code {2,3}}: copies of a node; afterwards we stand on the closing brace. */
    private Node counted(Node node) throws RegexSyntaxException {
        at++;
        int least = number();
        int most = least;
        if (more() && pattern.charAt(at) == ',') {
            at++;
            most = more() && pattern.charAt(at) == '}' ? -1 : number();
        }
        if (!more() || pattern.charAt(at) != '}' || (most >= 0 && most < least)) {
            throw error("wrong repetition");
        }
        List<Node> copies = new ArrayList<>(Collections.nCopies(least, node));
        if (most != least) {
            copies.add(new Node.Repeat(node, 0, most < 0 ? most : most - least));
        }
        return new Node.Sequence(copies);
    }

    private int number() throws RegexSyntaxException {
        int start = at;
        int value = 0;
        while (more() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
            value = value * 10 + pattern.charAt(at) - '0';
            if (value > 100_000) {
                throw new RegexSyntaxException("too many repetitions", true);
            }
            at++;
        }
        if (at == start) {
            throw error("a number is missing");
        }
        return value;
    }

    private ByteSet bracket() throws RegexSyntaxException {
        ByteSet set = new ByteSet();
        boolean inverted = more() && pattern.charAt(at) == '^';
        if (inverted) {
            at++;
        }
        boolean first = true;
        while (true) {
            if (!more()) {
                throw error("unmatched bracket");
            }
            char c = pattern.charAt(at);
            if (c == ']' && !first) {
                at++;
                break;
            }
            if (opens(':') || opens('=')) {
                if (opens(':')) {
                    addClass(set, named(":]"));
                } else {
                    addEquivalents(set, single(named("=]")));
                }
                if (isRangeDash()) {
                    throw error("a class cannot begin a range");
                }
            } else {
                if (c == '-' && !first && !isLast()) {
                    throw error("wrong range");
                }
                int low = element();
                if (isRangeDash()) {
                    at++;
                    if (opens(':') || opens('=') || opens('.')) {
                        throw error("wrong range");
                    }
                    int high = element();
                    if (high < low) {
                        throw error("wrong range");
                    }
                    for (int i = low; i <= high; i++) {
                        set.add(i);
                    }
                } else {
                    set.add(low);
                }
            }
            first = false;
        }
        if (inverted) {
            set.invert();
        }
        return set;
    }

    /** Whether the dash here is the last character of the bracket expression, and so stands for itself. */
    private boolean isLast() {
        return at + 1 < pattern.length() && pattern.charAt(at + 1) == ']';
    }

    private boolean isRangeDash() {
        return more() && pattern.charAt(at) == '-' && !isLast() && at + 1 < pattern.length();
    }

    private int element() throws RegexSyntaxException {
        if (!more()) {
            throw error("unmatched bracket");
        }
        return opens('.') ? single(named(".]")) : pattern.charAt(at++);
    }

    /** Whether {@code [:}, {@code [=} or {@code [.} is here. */
    private boolean opens(char kind) {
        return more() && pattern.charAt(at) == '[' && at + 1 < pattern.length() && pattern.charAt(at + 1) == kind;
    }

    private char single(String name) throws RegexSyntaxException {
        if (name.length() != 1) {
            throw error("no such collating element");
        }
        return name.charAt(0);
    }

    /** The C++ library takes letters for equivalent that differ in nothing but their case. */
    private static void addEquivalents(ByteSet set, char c) {
        set.add(c);
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) {
            set.add(c ^ 0x20);
        }
    }

    /** The name in {@code [:name:]}; afterwards it is behind us. */
    private String named(String close) throws RegexSyntaxException {
        int end = pattern.indexOf(close, at + 2);
        if (end < 0) {
            throw error("unmatched bracket");
        }
        String name = pattern.substring(at + 2, end);
        at = end + 2;
        return name;
    }

    private void addClass(ByteSet set, String name) throws RegexSyntaxException {
        for (int c = 0; c < 128; c++) {
            boolean lower = c >= 'a' && c <= 'z';
            boolean upper = c >= 'A' && c <= 'Z';
            boolean digit = c >= '0' && c <= '9';
            boolean graph = c > ' ' && c < 127;
            boolean member = switch (name.toLowerCase(Locale.ROOT)) {
                case "alpha" -> lower || upper;
                case "lower" -> lower;
                case "upper" -> upper;
                case "digit", "d" -> digit;
                case "alnum" -> lower || upper || digit;
                case "w" -> lower || upper || digit || c == '_';
                case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                case "space", "s" -> c == ' ' || (c >= '\t' && c <= '\r');
                case "blank" -> c == ' ' || c == '\t';
                case "cntrl" -> c < ' ' || c == 127;
                case "graph" -> graph;
                case "print" -> graph || c == ' ';
                case "punct" -> graph && !lower && !upper && !digit;
                default -> throw error("no such class");
            };
            if (member) {
                set.add(c);
            }
        }
    }
}
