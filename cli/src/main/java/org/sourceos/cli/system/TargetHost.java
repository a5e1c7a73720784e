package org.sourceos.cli.system;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.cli.UsageException;

/**
 * A computer that runs {@code sourceos serve}, and a repository that it serves.
 *
 * @param host a name or an address; IPv6 in brackets
 */
record TargetHost(Optional<String> user, String host, int port, String repository) {
    /** What {@code sourceos serve} listens on. */
    private static final int USUAL_PORT = 2222;

    /** Nothing that ssh could take for an option or a shell for more than a word. */
    private static final Pattern FORM = Pattern.compile(
            "(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");

    private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    static TargetHost parse(String text, String repository) throws UsageException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("--target-host " + text
                    + ": write [user@]HOST[:PORT], for instance desk, dad@desk:2222 or [fe80::1]:2222");
        }
        int port = matcher.group(3) == null ? USUAL_PORT : Integer.parseInt(matcher.group(3));
        if (port < 1 || port > 65535) {
            throw new UsageException("--target-host " + text + ": ports go from 1 to 65535");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw new UsageException("--target-repository " + repository
                    + ": write the name that it is served under there, of letters, digits, - and _");
        }
        return new TargetHost(Optional.ofNullable(matcher.group(1)), matcher.group(2), port, repository);
    }

    /** As git has it. */
    String url() {
        return "ssh://" + user.map(name -> name + "@").orElse("") + host + ":" + port + "/" + repository;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
