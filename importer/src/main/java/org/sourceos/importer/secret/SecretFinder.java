package org.sourceos.importer.secret;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes passwords, keys and tokens out of texts: by the words beside them, by their form, and by how random they look near
 * such words. It prefers taking too much, for what it takes can be put back by hand, and what it leaves is in a repository.
 *
 * <p>A value that was taken out once is taken out wherever else it stands afterwards. Not for several threads.
 */
public final class SecretFinder {
    private static final String WORDS =
            "(?<!no)pass(?:word|wd|phrase|wort|code)?|pwd|secret|token|psk|pre-?shared-?key|"
                    + "api[-_.]?key|access[-_.]?key|private[-_.]?key|auth[-_.]?key|encryption[-_.]?key|secret[-_.]?key|"
                    + "shared[-_.]?key|sig(?:ning)?[-_.]?key|wep[-_.]?(?:key|tx)[a-z0-9]*|credentials?|bindpw|community|"
                    + "password_pbkdf2|auth[-_.]?token|bearer|otp|pin[-_.]?code|ca2?[-_.]?password";

    /** {@code db_password = "x"}, {@code <password>x</password>}, {@code "token": "x"}, {@code --password=x}. */
    private static final Pattern ASSIGNED = Pattern.compile("(?i)(?<![A-Za-z0-9])[A-Za-z0-9_.\\-]{0,60}?(?:" + WORDS
            + ")[A-Za-z0-9_.\\-\\]]{0,30}[\"'\\])]{0,3}\\s*(?::=|=>|[=:>]|,(?=\\s*[\"']))\\s*"
            + "(?:\"((?:[^\"\\\\]++|\\\\.){0,200}+)\"|'((?:[^'\\\\]++|\\\\.){0,200}+)'|([^\\s\"'<>,;#][^\\s<>,;]*))");

    /** {@code password x} of .netrc, msmtp, ppp; {@code --password x}; {@code rocommunity x}. */
    private static final Pattern FOLLOWED = Pattern.compile("(?i)(?:^|\\s)(?:set\\s+)?-{0,2}(?:[a-z0-9]{1,20}[-_.])?(?:"
            + WORDS + "|r[ow]community6?|passwd|pwd)\\s+" + "(?:\"([^\"]+)\"|'([^']+)'|([^\\s\"'=:]\\S*))");

    /** {@code scheme://user:password@host}; a name alone may be a token too. */
    private static final Pattern USER_INFO =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,20}://)([^/\\s@\"'<>]{1,400}+)@");

    private static final Pattern HEADER = Pattern.compile(
            "(?i)(?:authorization|x-[a-z-]*(?:key|token))\\s*:\\s*(?:(?:basic|bearer|token)\\s+)?([^\\s\"']+)");

    /** {@code curl -u user:password}. */
    private static final Pattern USER_OPTION =
            Pattern.compile("\\s(?:-u|--user|--proxy-user)[\\s=]+[\"']?([^\\s\"':]+:[^\\s\"']+)");

    private static final Pattern KEY_BLOCK = Pattern.compile(
            "-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|-----BEGIN OpenVPN Static key|PuTTY-User-Key-File-");

    private static final Pattern KEY_END =
            Pattern.compile("-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|-----END OpenVPN Static key");

    /** Texts that are secrets wherever they stand, by their form. */
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("\\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|argon2[a-z]*)\\$[A-Za-z0-9./$=,+-]{8,}"),
            Pattern.compile("\\{(?:SSHA|SHA|MD5|SMD5|CRYPT|SSHA256|SSHA512)\\}[A-Za-z0-9+/=$.]{8,}"),
            Pattern.compile("grub\\.pbkdf2\\.[A-Za-z0-9.]{20,}"),
            Pattern.compile("\\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,})"),
            Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b|\\bAIza[0-9A-Za-z_-]{30,}|\\bya29\\.[0-9A-Za-z_-]{20,}"),
            Pattern.compile(
                    "\\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,})"),
            Pattern.compile(
                    "\\b(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}|dop_v1_[a-f0-9]{40,})"),
            Pattern.compile("\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}|\\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"),
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"),
            Pattern.compile("\\b[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}"),
            Pattern.compile("https://(?:hooks\\.slack\\.com/services|discord(?:app)?\\.com/api/webhooks)/\\S+"));

    private static final Pattern NEAR =
            Pattern.compile("(?i)pass|pwd|secret|token|psk|key|auth|cred|login|user-?id|hash");
    private static final Pattern CHUNK = Pattern.compile("[A-Za-z0-9+/=_-]{16,}");
    private static final int RANDOM_BITS = 33;

    /** How far back a line is looked at for what a value is; lines may be as long as files. */
    private static final int WINDOW = 100;

    /** Longer ones are no names. */
    private static final int LONGEST_NAME = 400;

    private static final int LEAST_REMEMBERED = 8;

    /** What stands where a secret could and is none. */
    private static final Set<String> HARMLESS = Set.of(
            "yes",
            "no",
            "true",
            "false",
            "on",
            "off",
            "none",
            "null",
            "nil",
            "files",
            "compat",
            "systemd",
            "nis",
            "ldap",
            "sss",
            "db",
            "winbind",
            "required",
            "requisite",
            "sufficient",
            "optional",
            "include",
            "substack",
            "default",
            "enabled",
            "disabled",
            "ask",
            "prompt",
            "auto",
            "any",
            "never",
            "always",
            "optional,",
            "is",
            "for",
            "the",
            "to",
            "of",
            "in",
            "and",
            "or",
            "not",
            "with",
            "from",
            "file",
            "file:",
            "on,",
            "are",
            "must",
            "may",
            "will",
            "can",
            "has",
            "was",
            "be",
            "when",
            "if",
            "as",
            "by",
            "authentication",
            "auth",
            "expiration",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "\\",
            "0",
            "1",
            "2",
            "withheld",
            "quality",
            "change",
            "changes",
            "database",
            "prompts",
            "based",
            "manager",
            "aging",
            "hash",
            "hashes",
            "hashing",
            "length",
            "login",
            "logins",
            "entry",
            "field",
            "strength",
            "policy",
            "uses",
            "this",
            "that",
            "string",
            "strings",
            "which",
            "should",
            "via",
            "using",
            "only",
            "before",
            "after",
            "at");

    private final Set<String> remembered = new TreeSet<>();

    /** The text without its secrets. Lines stay lines. */
    public Cleaned clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        List<Cleaned.Place> places = new ArrayList<>();
        boolean key = false;
        boolean near = false;
        int number = 0;
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            String line = text.substring(at, end < 0 ? text.length() : end);
            number++;
            if (!key && KEY_BLOCK.matcher(line).find()) {
                key = !KEY_END.matcher(line).find();
                places.add(new Cleaned.Place(number, "a private key"));
                clean.append(Cleaned.MARK);
            } else if (key) {
                key = !KEY_END.matcher(line).find();
            } else {
                Line cleaned = new Line(line, near);
                cleaned.what().ifPresent(new PlaceAt(places, number)::add);
                clean.append(cleaned.text());
                // Comments say what the next line holds.
                near = line.length() < 200 && NEAR.matcher(line).find();
            }
            if (end >= 0) {
                clean.append('\n');
            }
            at = end < 0 ? text.length() : end + 1;
        }
        return new Cleaned(clean.toString(), places);
    }

    private record PlaceAt(List<Cleaned.Place> places, int number) {
        void add(String what) {
            places.add(new Cleaned.Place(number, what));
        }
    }

    /** A value whose name says that it is a secret, or one of unknown kind. */
    public static boolean isSecretName(String name) {
        return Pattern.compile("(?i)(?:^|.*[^a-z])(?:" + WORDS + ")(?:[^a-z].*|[a-z0-9]{0,4}|$)")
                .matcher(name)
                .matches();
    }

    /** Takes this value out of every text from now on. */
    public void remember(String secret) {
        if (secret.length() >= LEAST_REMEMBERED
                && !HARMLESS.contains(secret.toLowerCase(Locale.ROOT))
                && bits(secret) > 20) {
            remembered.add(secret);
        }
    }

    /** The text without the values that were taken out of others. */
    public String known(String text) {
        String clean = text;
        for (String secret : remembered) {
            clean = clean.replace(secret, Cleaned.MARK);
        }
        return clean;
    }

    private final class Line {
        private String text;
        private Optional<String> what = Optional.empty();

        Line(String line, boolean near) {
            text = line;
            if (line.length() >= 4) {
                values(USER_INFO, "credentials in a URL", 2);
                values(HEADER, "a credential", 1);
                values(USER_OPTION, "a password", 1);
                values(ASSIGNED, "a password, key or token", 1, 2, 3);
                values(FOLLOWED, "a password, key or token", 1, 2, 3);
                FORMS.forEach(form -> values(form, "a hash or token", 0));
                if (near || NEAR.matcher(line).find()) {
                    random();
                }
                known();
            }
        }

        String text() {
            return text;
        }

        Optional<String> what() {
            return what;
        }

        private void values(Pattern pattern, String kind, int... groups) {
            StringBuilder clean = new StringBuilder();
            Matcher matcher = pattern.matcher(text);
            int from = 0;
            int search = 0;
            while (search <= text.length() && matcher.find(search)) {
                int group = 0;
                for (int candidate : groups) {
                    group = matcher.group(candidate) == null ? group : candidate;
                }
                String value = matcher.group(group);
                search = Math.max(matcher.end(), matcher.start() + 1);
                if (value == null || isHarmless(value, pattern) || isProse(value, pattern, matcher.start())) {
                    // The next may begin inside of what this one took for a value.
                    search = Math.max(matcher.start() + 1, value == null ? search : matcher.start(group));
                    continue;
                }
                clean.append(text, from, matcher.start(group)).append(Cleaned.MARK);
                from = matcher.end(group);
                search = Math.max(from, search);
                take(value, kind);
            }
            text = clean.append(text.substring(from)).toString();
        }

        /** A plain word after a word such as "pass" is a secret only where a statement begins with the latter. */
        private boolean isProse(String value, Pattern pattern, int start) {
            String before = text.substring(Math.max(0, start - WINDOW), start);
            return pattern == FOLLOWED
                    && value.matches("[A-Za-z]?[a-z'-]+[.,:;)]?")
                    && !before.isBlank()
                    && !before.matches("(?is).*\\b(?:login|user|username|account)\\s+\\S+");
        }

        private void random() {
            StringBuilder clean = new StringBuilder();
            Matcher matcher = CHUNK.matcher(text);
            int from = 0;
            while (matcher.find()) {
                String value = matcher.group();
                if (looksRandom(value) && !isFingerprint(matcher.start())) {
                    clean.append(text, from, matcher.start()).append(Cleaned.MARK);
                    from = matcher.end();
                    take(value, "what looks like a key");
                }
            }
            text = clean.append(text.substring(from)).toString();
        }

        /** The public half of a key looks as random as the other one. */
        private boolean isFingerprint(int start) {
            String before = text.substring(0, start);
            return before.matches(
                            "(?s).*(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\\d+|SHA256:|public[-_ ]?key\\s*[=:])\\s*")
                    || before.matches("(?si).*uuid[\"']?\\s*[=:]\\s*[\"']?");
        }

        private void known() {
            for (String secret : remembered) {
                if (text.contains(secret)) {
                    text = text.replace(secret, Cleaned.MARK);
                    what = Optional.of(what.orElse("a secret that is elsewhere too"));
                }
            }
        }

        private void take(String value, String kind) {
            what = Optional.of(what.orElse(kind));
            remember(value);
            int colon = value.indexOf(':');
            if (colon > 0) {
                remember(value.substring(colon + 1));
            }
        }
    }

    private static boolean isHarmless(String value, Pattern pattern) {
        String plain = value.toLowerCase(Locale.ROOT);
        if (FORMS.contains(pattern)) {
            return false;
        }
        if (plain.isEmpty() || plain.equals(Cleaned.MARK.toLowerCase(Locale.ROOT)) || HARMLESS.contains(plain)) {
            return true;
        }
        if (pattern == USER_INFO) {
            // ssh://git@host names an account that everybody has.
            return plain.matches("git|anonymous|user|[$%{].*");
        }
        boolean reference =
                plain.matches("[$%@].*|<.*|\\[.*|/[^\\s]*|-.*|.*\\(.*|\\.\\.?/.*|x{2,}|\\*+|pam_[a-z0-9_]+\\.so.*");
        if (pattern == FOLLOWED) {
            // Prose has such words too: what follows them there is a word of letters, and a secret seldom is.
            return reference
                    || plain.matches(
                            "[a-z]{1,3}|[a-z]+[.,:;)]+|[a-z]+-[a-z]+|[a-z]+(?:ed|ing|ion|s|ly|ment)|[|&;=#].*");
        }
        return reference || plain.matches("[0-9]{1,3}");
    }

    private static boolean looksRandom(String value) {
        boolean hex = value.matches("[0-9a-f]{32,}|[0-9A-F]{32,}");
        boolean mixed = value.matches(".*[0-9].*") && value.matches(".*[a-z].*") && value.matches(".*[A-Z].*");
        // Words joined by slashes and hyphens are names of files and units.
        boolean joined =
                value.length() < LONGEST_NAME && value.matches("(?:[A-Za-z]*[0-9]{0,4}[/_=-])+[A-Za-z]*[0-9]{0,4}");
        return !joined && (hex || mixed) && bits(value) > RANDOM_BITS * 1.5;
    }

    /** The entropy of the whole, in bits, as far as its own characters tell. */
    private static double bits(String value) {
        Map<Character, Integer> counts = new HashMap<>();
        for (int i = 0; i < value.length(); i++) {
            counts.merge(value.charAt(i), 1, Integer::sum);
        }
        double bits = 0;
        for (int count : counts.values()) {
            bits -= count * Math.log((double) count / value.length()) / Math.log(2);
        }
        return bits;
    }
}
