package org.sourceos.config.debian;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a package says of others: the value of {@code Depends}, {@code Provides}, {@code Build-Depends} and their like
 * (Debian Policy 7.1). Every clause has to hold.
 */
public record Relations(List<Clause> clauses) {
    public static final Relations NONE = new Relations(List.of());

    private static final Pattern RELATION = Pattern.compile("([^\\s:()\\[\\]<>|,]+)(?::([A-Za-z0-9-]+))?"
            + "\\s*(?:\\(\\s*(<<|<=|=|>=|>>|<|>)\\s*([^\\s()<=>][^\\s()]*)\\s*\\))?"
            + "\\s*(?:\\[([^\\[\\]]*)\\])?"
            + "\\s*((?:<[^<>]*>\\s*)*)");
    private static final Pattern PROFILES = Pattern.compile("<([^<>]*)>");

    /** Alternatives, of which one has to hold; the first is the one that is installed when none is yet. */
    public record Clause(List<Relation> alternatives) {
        public Clause {
            alternatives = List.copyOf(alternatives);
        }

        public String print() {
            return alternatives.stream().map(Relation::print).collect(Collectors.joining(" | "));
        }
    }

    /** {@code >= 1.2}; the obsolete {@code <} and {@code >} stay as they are and mean {@code <=} and {@code >=}. */
    public record Constraint(String operator, String version) {
        /** Whether a version is one of those that are meant. */
        public boolean holdsFor(String other) {
            int order = DebianVersion.ORDER.compare(other, version);
            return switch (operator) {
                case "<<" -> order < 0;
                case "<=", "<" -> order <= 0;
                case "=" -> order == 0;
                case ">=", ">" -> order >= 0;
                default -> order > 0;
            };
        }
    }

    /**
     * One package.
     *
     * @param qualifier {@code any}, {@code native} or an architecture, after a colon
     * @param architectures where the relation counts, or with {@code !} does not; none: everywhere
     * @param profiles build profiles: of one of the lists, all terms have to hold; none: always
     */
    public record Relation(
            String name,
            Optional<String> qualifier,
            Optional<Constraint> constraint,
            List<String> architectures,
            List<List<String>> profiles) {
        public Relation {
            architectures = List.copyOf(architectures);
            profiles = List.copyOf(profiles);
        }

        /** Whether the relation counts when building for an architecture without any profile. */
        public boolean appliesTo(String architecture) {
            boolean here = architectures.isEmpty() || counts(architecture);
            return here
                    && (profiles.isEmpty()
                            || profiles.stream().anyMatch(all -> all.stream().allMatch(term -> term.startsWith("!"))));
        }

        private boolean counts(String architecture) {
            boolean negative = architectures.get(0).startsWith("!");
            boolean named = architectures.stream()
                    .map(one -> one.startsWith("!") ? one.substring(1) : one)
                    .anyMatch(one -> one.equals(architecture)
                            || one.equals("any")
                            || one.equals("linux-any")
                            || one.equals("any-" + architecture));
            return negative != named;
        }

        public String print() {
            StringBuilder text = new StringBuilder(name);
            qualifier.ifPresent(value -> text.append(':').append(value));
            constraint.ifPresent(value -> text.append(" (")
                    .append(value.operator())
                    .append(' ')
                    .append(value.version())
                    .append(')'));
            if (!architectures.isEmpty()) {
                text.append(" [").append(String.join(" ", architectures)).append(']');
            }
            profiles.forEach(
                    all -> text.append(" <").append(String.join(" ", all)).append('>'));
            return text.toString();
        }
    }

    public Relations {
        clauses = List.copyOf(clauses);
    }

    /**
     * What a value says. Empty clauses, which dpkg allows where a variable came to nothing, are left out.
     *
     * @throws IllegalArgumentException of a clause that is none, which the message names
     */
    public static Relations parse(String value) {
        List<Clause> clauses = new ArrayList<>();
        for (String clause : value.split(",", -1)) {
            if (!clause.isBlank()) {
                List<Relation> alternatives = new ArrayList<>();
                for (String relation : clause.split("\\|", -1)) {
                    alternatives.add(relation(relation.strip()));
                }
                clauses.add(new Clause(alternatives));
            }
        }
        return new Relations(clauses);
    }

    private static Relation relation(String text) {
        Matcher form = RELATION.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a relation to a package: '"
                    + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "'; wanted is NAME (>= VERSION)");
        }
        List<List<String>> profiles = new ArrayList<>();
        Matcher profile = PROFILES.matcher(form.group(6));
        while (profile.find()) {
            profiles.add(ControlFile.words(profile.group(1)));
        }
        return new Relation(
                form.group(1),
                Optional.ofNullable(form.group(2)),
                form.group(3) == null ? Optional.empty() : Optional.of(new Constraint(form.group(3), form.group(4))),
                form.group(5) == null ? List.of() : ControlFile.words(form.group(5)),
                profiles);
    }

    /** As Debian's own tools write it, in one line. */
    public String print() {
        return clauses.stream().map(Clause::print).collect(Collectors.joining(", "));
    }
}
