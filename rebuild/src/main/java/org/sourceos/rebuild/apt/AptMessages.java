package org.sourceos.rebuild.apt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

/** Says in our words what apt complained of, with the end of apt's own words below. */
public final class AptMessages {
    private static final int LINES_SHOWN = 8;

    private AptMessages() {}

    private record Known(Pattern pattern, Kind kind, String meaning) {
        Known(String regex, Kind kind, String meaning) {
            this(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), kind, meaning);
        }
    }

    // In order: what is said first explains what follows from it.
    private static final List<Known> KNOWN = List.of(
            new Known(
                    "No space left on device|don't have enough free space",
                    Kind.STORE,
                    "the disk is full; free some space (`sourceos store du` says what the store holds) and try again"),
            new Known(
                    "Could not resolve '?([^' \n]*)|Temporary failure resolving '?([^' \n]*)",
                    Kind.FETCH_FAILED,
                    "the name of the server $ cannot be resolved; is there a network? Check it (and the proxy, if there is"
                            + " one) and try again"),
            new Known(
                    "Could not connect to ([^ \n]*)|Connection failed|Connection refused|Network is unreachable"
                            + "|Unable to connect|Connection timed out",
                    Kind.FETCH_FAILED,
                    "the server $ cannot be reached; check the network (and the proxy, if there is one) and try again"),
            new Known(
                    "NO_PUBKEY ([0-9A-F]+)",
                    Kind.FETCH_FAILED,
                    "an apt source is signed with the key $, which this machine does not have; install the package with"
                            + " that archive's keyring (debian-archive-keyring for Debian) or name the key in Signed-By"),
            new Known(
                    "is not signed|not signed by|signatures? (?:couldn't|could not|were) |GPG error|unauthenticated"
                            + "|NODATA|BADSIG|EXPKEYSIG",
                    Kind.FETCH_FAILED,
                    "an apt source is not signed by a key this machine trusts, so nothing is taken from it; mend its"
                            + " Signed-By, or disable it"),
            new Known(
                    "is expired \\(|is not valid yet",
                    Kind.FETCH_FAILED,
                    "an apt source's release file is out of date (or this machine's clock is wrong: see `date`); use a"
                            + " mirror that is kept current, or set Check-Valid-Until: no for an archived one"),
            new Known(
                    "Certificate verification failed|certificate .*(?:expired|not trusted)",
                    Kind.FETCH_FAILED,
                    "the certificate of an apt source's server is not trusted; install ca-certificates, or mend the clock"),
            new Known(
                    "Hash Sum mismatch",
                    Kind.FETCH_FAILED,
                    "what the mirror sent is not what its signed index says; it is probably being updated: try again later,"
                            + " or use another mirror"),
            new Known(
                    "must put some '(?:deb-src|source)' (?:URIs|URLs)",
                    Kind.UNUSABLE,
                    "none of the machine's apt sources gave an index of source packages"),
            new Known(
                    "Permission denied|Read-only file system",
                    Kind.STORE,
                    "the store's folder for apt cannot be written by this user"),
            new Known(
                    "404 +Not Found",
                    Kind.GONE,
                    "the mirror lists it but does not have it (any more, or yet); try again later, or name another mirror in the"
                            + " machine's apt sources"));

    /**
     * @param what what was tried, as the beginning of a sentence: {@code cannot fetch the source package hello}
     * @param output what apt printed, errors included
     */
    public static RebuildException explain(String what, String output) {
        return explain(what, "apt", output);
    }

    /** As {@link #explain(String, String)}, for a program that used apt. */
    public static RebuildException explain(String what, String program, String output) {
        // Of a harmless remark the words "Permission denied" must not explain what failed for another reason.
        String telling = output.replaceAll("(?m)^W: Download is performed unsandboxed.*$", "");
        for (Known known : KNOWN) {
            Matcher matcher = known.pattern().matcher(telling);
            if (matcher.find()) {
                return new RebuildException(
                        known.kind(), what + ": " + known.meaning().replace(" $", named(matcher)) + tail(telling));
            }
        }
        return new RebuildException(Kind.FETCH_FAILED, what + ": " + program + " failed" + tail(output));
    }

    private static String named(Matcher matcher) {
        for (int i = 1; i <= matcher.groupCount(); i++) {
            String group = matcher.group(i);
            if (group != null && !group.isEmpty()) {
                return " " + group;
            }
        }
        return "";
    }

    /** The last lines, each indented; those with apt's marks of trouble are preferred. Empty when there are none. */
    static String tail(String output) {
        List<String> lines = new ArrayList<>();
        for (String line : output.split("\n")) {
            if (!line.isBlank()) {
                lines.add(line.stripTrailing());
            }
        }
        List<String> marked = lines.stream().filter(AptMessages::isTrouble).toList();
        List<String> shown = marked.isEmpty() ? lines : marked;
        StringBuilder text = new StringBuilder();
        for (String line : shown.subList(Math.max(0, shown.size() - LINES_SHOWN), shown.size())) {
            text.append("\n  ").append(line);
        }
        return text.toString();
    }

    static boolean isTrouble(String line) {
        return line.startsWith("E: ") || line.startsWith("W: ") || line.startsWith("Err:");
    }

    /** The sources that {@code apt-get update} could not use, one sentence for each, without repetition. */
    static List<String> failedSources(String output) {
        List<String> failures = new ArrayList<>();
        for (String line : output.split("\n")) {
            boolean telling = isTrouble(line)
                    && !line.startsWith("Err:")
                    && !line.contains("Some index files failed to download")
                    && !line.contains("Updating from such a repository")
                    && !line.contains("Download is performed unsandboxed");
            if (telling && !failures.contains(line.substring(3))) {
                failures.add(line.substring(3));
            }
        }
        return failures;
    }
}
