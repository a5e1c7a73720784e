package org.sourceos.config.recipe;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Debian;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Git;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.LocalPath;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Url;

/** The text form of a {@link SourceLocation}. */
final class SourceLocations {
    /** Debian Policy 5.6.1 and 5.6.12. */
    private static final Pattern DEBIAN =
            Pattern.compile("([a-z0-9][a-z0-9+.-]+)(?:=((?:[0-9]+:)?[0-9][A-Za-z0-9.+~-]*))?");

    /** What git allows in a ref's name, less what a shell or an option parser might take for its own. */
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+/-]*");

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+-]*):.*");
    private static final List<String> GIT_SCHEMES = List.of("https", "ssh", "file");
    private static final List<String> KNOWN = List.of("https", "http", "debian", "git+https", "git+ssh", "path");
    private static final String FORMS = "write https://…, debian:NAME, git+https://…#REVISION, or path:…";

    /** Why a text is no location, and what to do. */
    record Mistake(String message, String suggestion) {}

    private SourceLocations() {}

    /** Empty when the text is none of the four forms. */
    static Optional<SourceLocation> parse(String text) {
        int colon = text.indexOf(':');
        if (mistake(text).isPresent()) {
            return Optional.empty();
        }
        String rest = text.substring(colon + 1);
        return Optional.of(
                switch (text.substring(0, colon)) {
                    case "debian" -> debian(rest);
                    case "path" -> new LocalPath(rest);
                    case "http", "https" -> new Url(text);
                    default -> git(text);
                });
    }

    static String print(SourceLocation location) {
        if (location instanceof Url url) {
            return url.url();
        } else if (location instanceof Debian debian) {
            return "debian:" + debian.name()
                    + debian.version().map(version -> "=" + version).orElse("");
        } else if (location instanceof Git git) {
            return "git+" + git.url() + "#" + git.revision();
        } else if (location instanceof LocalPath path) {
            return "path:" + path.path();
        }
        throw new IllegalArgumentException("no text form for " + location);
    }

    /** What is wrong with a text; empty exactly where {@link #parse} is not. */
    static Optional<Mistake> mistake(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches() || text.startsWith("git@")) {
            return Optional.of(withoutScheme(text));
        }
        String rest = text.substring(scheme.end(1) + 1);
        return switch (scheme.group(1)) {
            case "debian" -> debianMistake(rest);
            case "path" ->
                relativePathMistake(rest)
                        .map(why -> new Mistake(
                                "the source's path " + why,
                                "write a path below the recipe's folder, such as path:src"));
            case "http", "https" ->
                text.endsWith(".git")
                        ? Optional.of(new Mistake(
                                "this is a git repository, not a file",
                                "write git+" + text + "#REVISION, with a tag or commit"))
                        : urlMistake(text);
            case "git+https", "git+ssh", "git+file" -> gitMistake(text);
            default -> Optional.of(unknownScheme(scheme.group(1), text));
        };
    }

    /** Why a path must not be used as one inside a folder that is given: {@code is absolute}. */
    static Optional<String> relativePathMistake(String path) {
        if (path.isEmpty()) {
            return Optional.of("is empty");
        }
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.startsWith("~")) {
            return Optional.of("begins with ~, which nothing replaces here");
        }
        if (List.of(path.split("/", -1)).contains("..")) {
            return Optional.of("leaves the folder (..)");
        }
        return path.codePoints().anyMatch(Character::isISOControl)
                ? Optional.of("has control characters")
                : Optional.empty();
    }

    private static SourceLocation debian(String rest) {
        int equals = rest.indexOf('=');
        return equals < 0
                ? new Debian(rest, Optional.empty())
                : new Debian(rest.substring(0, equals), Optional.of(rest.substring(equals + 1)));
    }

    private static SourceLocation git(String text) {
        int hash = text.indexOf('#');
        return new Git(text.substring("git+".length(), hash), text.substring(hash + 1));
    }

    private static Optional<Mistake> debianMistake(String rest) {
        if (DEBIAN.matcher(rest).matches()) {
            return Optional.empty();
        }
        String name = rest.strip().toLowerCase(Locale.ROOT);
        return Optional.of(new Mistake(
                "debian: needs the name of a Debian package, " + Quoted.of(rest) + " is none",
                DEBIAN.matcher(name).matches()
                        ? "write debian:" + name
                        : "write debian:NAME or debian:NAME=VERSION, such as debian:hello=2.10-3"));
    }

    private static Optional<Mistake> gitMistake(String text) {
        int hash = text.indexOf('#');
        if (hash < 0) {
            return Optional.of(new Mistake("a git source needs a revision", "add #TAG or #COMMIT to the address"));
        }
        String revision = text.substring(hash + 1);
        if (!REVISION.matcher(revision).matches()
                || revision.contains("..")
                || revision.contains("//")
                || revision.endsWith("/")
                || revision.endsWith(".")
                || revision.endsWith(".lock")) {
            return Optional.of(new Mistake(
                    Quoted.of(revision) + " is no git revision", "write a tag, a branch or a commit after the #"));
        }
        String url = text.substring("git+".length(), hash);
        // A file has no host, a path is all there is to check.
        return url.startsWith("file:")
                ? (url.matches("file:///[^\\s\\p{Cntrl}]+")
                        ? Optional.empty()
                        : Optional.of(
                                new Mistake("git+file: needs an absolute path", "write git+file:///PATH#REVISION")))
                : urlMistake(url);
    }

    private static Optional<Mistake> urlMistake(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of(
                    new Mistake("not a URL: " + e.getReason(), "check the address, and write %20 for a space"));
        }
        if (uri.getHost() == null) {
            return Optional.of(new Mistake("the address names no host", "write " + uri.getScheme() + "://HOST/PATH"));
        }
        if (uri.getUserInfo() != null
                && (!text.startsWith("ssh:") || uri.getUserInfo().contains(":"))) {
            return Optional.of(new Mistake(
                    "the address holds a user name or password, and recipes are kept in git for all to read",
                    "remove everything before the @"));
        }
        if (uri.getFragment() != null) {
            return Optional.of(new Mistake(
                    "a file's address has no #fragment",
                    "remove it; for a git repository write git+https://…#REVISION"));
        }
        return uri.getPath() == null || uri.getPath().length() < 2
                ? Optional.of(new Mistake(
                        "the address names a host but no file", "write the whole address of the source archive"))
                : Optional.empty();
    }

    private static Mistake unknownScheme(String scheme, String text) {
        String plain = scheme.toLowerCase(Locale.ROOT);
        if (plain.equals("git") || plain.equals("ssh") || plain.equals("git+http")) {
            return new Mistake(
                    "git is only read over a connection that proves who answers, not " + scheme + "://",
                    "write git+https://…#REVISION or git+ssh://…#REVISION");
        }
        if (plain.equals("file")) {
            return new Mistake(
                    "a recipe cannot read any file of the host", "put it beside the recipe and write path:NAME");
        }
        if (GIT_SCHEMES.contains(plain) || KNOWN.contains(plain)) {
            return new Mistake(
                    "unknown kind of source " + Quoted.of(scheme), "write " + plain + text.substring(scheme.length()));
        }
        return new Mistake(
                "unknown kind of source " + Quoted.of(scheme),
                Suggestions.didYouMean(scheme, KNOWN).orElse(FORMS));
    }

    private static Mistake withoutScheme(String text) {
        if (text.startsWith("git@")) {
            return new Mistake("this is scp's short form of an address", "write git+ssh://git@HOST/PATH#REVISION");
        }
        if (text.startsWith("./") || text.startsWith("/") || text.startsWith("../")) {
            return new Mistake(
                    Quoted.of(text) + " does not say what kind of source it is",
                    "write path:" + text.replaceFirst("^(\\./|/)+", "") + " for files beside the recipe");
        }
        if (text.matches("(www\\.|ftp\\.)?[A-Za-z0-9.-]+\\.[a-z]{2,}/.*")) {
            return new Mistake(Quoted.of(text) + " does not say what kind of source it is", "write https://" + text);
        }
        return new Mistake(
                text.isBlank() ? "the source is empty" : Quoted.of(text) + " does not say what kind of source it is",
                FORMS);
    }
}
