package org.sourceos.importer.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.debian.AptSources;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** Where packages come from: sources in both formats, pins, keyrings, settings of apt. */
public final class RepositoryReader implements ScopeReader {
    private static final String APT = "/etc/apt";
    private static final Pattern USER_INFO = Pattern.compile("([A-Za-z][A-Za-z0-9+.:-]*://)([^/@]+)@");

    @Override
    public boolean claims(String path) {
        return path.startsWith(APT + "/");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        List<String> sources = new ArrayList<>(List.of(APT + "/sources.list"));
        for (String name : system.files().list(APT + "/sources.list.d")) {
            if (name.matches("[A-Za-z0-9_.-]+\\.(list|sources)")) {
                sources.add(APT + "/sources.list.d/" + name);
            } else if (!DebianSystem.isLeftover(name)) {
                into.note(
                        Scope.REPOS,
                        Kind.UNMAPPED,
                        APT + "/sources.list.d/" + name,
                        "apt does not read it: its name does not end in .list or .sources");
            }
        }
        for (String file : sources) {
            if (system.files().isFile(file) && !into.isExcluded(file)) {
                source(system, into, file);
            }
        }
        system.keep(into, Scope.REPOS, APT + "/preferences", "pins");
        system.keepUnowned(into, Scope.REPOS, APT + "/preferences.d", "pins");
        system.keep(into, Scope.REPOS, APT + "/apt.conf", "settings of apt");
        // What apt-mark and maintainer scripts keep there for apt itself.
        for (String name : system.files().list(APT + "/apt.conf.d")) {
            if (name.matches("0[0-9]autoremove.*")) {
                into.done(APT + "/apt.conf.d/" + name);
            }
        }
        system.keepUnowned(into, Scope.REPOS, APT + "/apt.conf.d", "settings of apt");
        for (String folder : List.of(APT + "/keyrings", APT + "/trusted.gpg.d", "/usr/share/keyrings")) {
            system.keepUnowned(into, Scope.REPOS, folder, "keyring");
        }
        system.keep(into, Scope.REPOS, APT + "/trusted.gpg", "keyring");
        credentials(system, into, APT + "/auth.conf");
        system.files()
                .list(APT + "/auth.conf.d")
                .forEach(name -> credentials(system, into, APT + "/auth.conf.d/" + name));
    }

    private static void source(DebianSystem system, Findings into, String file) {
        String text = system.files().text(file);
        AptSources.Parsed parsed =
                file.endsWith(".sources") ? AptSources.parseDeb822(text) : AptSources.parseList(text);
        // What a line that is no entry says may be a secret: its number is enough.
        parsed.complaints()
                .forEach(complaint -> into.note(
                        Scope.REPOS,
                        Kind.UNMAPPED,
                        file,
                        complaint.replaceFirst("^(line \\d+: not an entry).*", "$1")));
        String stem = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.(list|sources)$", "");
        int number = 0;
        for (SourceEntry entry : parsed.entries()) {
            number++;
            SortedMap<String, Setting> options = new TreeMap<>();
            options.put("types", Setting.texts(entry.types()));
            List<String> uris = new ArrayList<>();
            for (String uri : entry.uris()) {
                uris.add(withoutCredentials(into, file, uri));
            }
            options.put("uris", Setting.texts(uris));
            options.put("suites", Setting.texts(entry.suites()));
            options.put("components", Setting.texts(entry.components()));
            SortedMap<String, Setting> further = new TreeMap<>();
            for (Map.Entry<String, String> option : entry.options().entrySet()) {
                further.put(option.getKey(), Setting.text(option.getValue()));
                if (option.getKey().equalsIgnoreCase("Signed-By")) {
                    for (String keyring : option.getValue().split("\\s+", -1)) {
                        if (keyring.startsWith("/") && !system.isOwned(keyring)) {
                            system.keep(into, Scope.REPOS, keyring, "keyring of " + file);
                        }
                    }
                }
            }
            if (!further.isEmpty()) {
                options.put("options", new Setting.Names(further));
            }
            into.set(
                    Scope.REPOS,
                    file,
                    new Setting.Names(options),
                    "system",
                    "debian",
                    "repositories",
                    number == 1 ? stem : stem + "-" + number);
        }
        into.done(file);
    }

    private static String withoutCredentials(Findings into, String file, String uri) {
        Matcher credentials = USER_INFO.matcher(uri);
        if (!credentials.lookingAt()) {
            return uri;
        }
        String rest = uri.substring(credentials.end());
        int colon = credentials.group(2).indexOf(':');
        into.secret(
                Scope.REPOS,
                file,
                credentials.group(2).substring(colon + 1),
                "credentials in the URL of " + rest.replaceFirst("/.*", "")
                        + "; give them to apt in /etc/apt/auth.conf.d");
        return credentials.group(1) + rest;
    }

    private static void credentials(DebianSystem system, Findings into, String file) {
        if (system.files().isFile(file)) {
            into.withheld(Scope.REPOS, file, "credentials for package sources; the whole file");
        }
    }
}
