package org.sourceos.hooks.server;

import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.sourceos.config.ConfigException;

/**
 * Who may do what, as {@code trust/} of a repository says: {@code trust/NAME.pub} is the public key of the person NAME,
 * {@code trust/access.toml} lists persons by repository and {@link Right}. Whoever is not listed may do nothing.
 */
public final class Access {
    /** The folder of a repository that it is read from. */
    public static final String FOLDER = "trust";

    public static final String FILE = "access.toml";
    public static final String KEY_SUFFIX = ".pub";

    /** Where nothing is said about it: nobody may do anything. */
    public static final Access NOBODY = new Access(Map.of(), Map.of(), false, Sizes.UNSAID);

    /** By {@link #text}, which is the same for a key whatever classes hold it. */
    private final Map<String, String> people;

    /** By repository, then by person. */
    private final Map<String, Map<String, Right>> rights;

    private final boolean signedCommits;
    private final Sizes sizes;

    /**
     * How large a pack may be that is pushed, where {@code trust/} says so; in bytes.
     *
     * @param push of commits
     * @param closure of what was built elsewhere
     */
    public record Sizes(OptionalLong push, OptionalLong closure) {
        static final Sizes UNSAID = new Sizes(OptionalLong.empty(), OptionalLong.empty());
    }

    Access(Map<String, String> people, Map<String, Map<String, Right>> rights, boolean signedCommits, Sizes sizes) {
        this.people = Map.copyOf(people);
        this.rights = Map.copyOf(rights);
        this.signedCommits = signedCommits;
        this.sizes = sizes;
    }

    /**
     * Reads the texts of {@code trust/}; nothing but them is looked at.
     *
     * @param files by their names in the folder; those that are neither keys nor {@link #FILE} are let be
     * @throws ConfigException with every mistake of all files
     */
    public static Access parse(Map<String, String> files) throws ConfigException {
        String list = files.get(FILE);
        return list == null ? NOBODY : AccessReader.read(list, files);
    }

    /**
     * Who may sign commits, where commits have to be signed: whoever may push to anything here, as a file of allowed signers
     * (ssh-keygen(1), "ALLOWED SIGNERS"), their names as principals. Empty where nothing has to be signed.
     */
    public Optional<String> signers() {
        if (!signedCommits) {
            return Optional.empty();
        }
        StringBuilder file = new StringBuilder();
        new TreeMap<>(people).forEach((key, person) -> {
            if (rights.values().stream()
                    .anyMatch(own -> own.containsKey(person) && own.get(person).includes(Right.PUSH))) {
                file.append(person).append(" namespaces=\"git\" ").append(key).append('\n');
            }
        });
        return Optional.of(file.toString());
    }

    public Sizes sizes() {
        return sizes;
    }

    /** Whose key it is. */
    public Optional<String> person(PublicKey key) {
        return Optional.ofNullable(people.get(text(key)));
    }

    static String text(PublicKey key) {
        return PublicKeyEntry.toString(key);
    }

    public boolean allows(String person, String repository, Right right) {
        return right(person, repository).filter(own -> own.includes(right)).isPresent();
    }

    /** The widest one. */
    public Optional<Right> right(String person, String repository) {
        return Optional.ofNullable(rights.getOrDefault(repository, Map.of()).get(person));
    }

    /** Whether anybody may do anything with the repository. */
    public boolean mentions(String repository) {
        return !rights.getOrDefault(repository, Map.of()).isEmpty();
    }
}
