package org.sourceos.importer.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sourceos.config.debian.Relations;
import org.sourceos.config.debian.Relations.Clause;
import org.sourceos.config.debian.Relations.Relation;

/** What {@code Build-Depends} asks for when a package is built without tests and documentation, which is how we build. */
public final class BuildNeeds {
    private static final Set<String> PROFILES = Set.of("nocheck", "nodoc");

    private BuildNeeds() {}

    /** The relations that count for an architecture, without profiles and architectures. */
    public static Relations of(String value, String architecture) {
        List<Clause> clauses = new ArrayList<>();
        for (Clause clause : Relations.parse(value).clauses()) {
            List<Relation> counting = clause.alternatives().stream()
                    .filter(relation -> counts(relation, architecture))
                    .map(relation -> new Relation(
                            relation.name(), relation.qualifier(), relation.constraint(), List.of(), List.of()))
                    .toList();
            if (!counting.isEmpty()) {
                clauses.add(new Clause(counting));
            }
        }
        return new Relations(clauses);
    }

    private static boolean counts(Relation relation, String architecture) {
        Relation anyProfile = new Relation(
                relation.name(), relation.qualifier(), relation.constraint(), relation.architectures(), List.of());
        return anyProfile.appliesTo(architecture)
                && (relation.profiles().isEmpty()
                        || relation.profiles().stream()
                                .anyMatch(all -> all.stream().allMatch(BuildNeeds::holds)));
    }

    private static boolean holds(String term) {
        return term.startsWith("!") ? !PROFILES.contains(term.substring(1)) : PROFILES.contains(term);
    }
}
