package org.sourceos.importer.scope;

import java.util.List;
import java.util.Map;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** The accounts that packages did not make, and who may become root. Hashes of passwords are never looked at. */
public final class UserReader implements ScopeReader {
    private static final String PASSWD = "/etc/passwd";
    private static final int FIRST_PERSON = 1000;
    private static final int NOBODY = 65534;

    @Override
    public boolean claims(String path) {
        return path.matches("/etc/(passwd|g?shadow|sub[ug]id)-?|/etc/shells|/etc/sudoers|/etc/sudoers\\.d/.*");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        Map<String, List<String>> memberships = system.accounts().memberships();
        for (Accounts.User user : system.accounts().users()) {
            List<String> groups = memberships.getOrDefault(user.name(), List.of());
            if (user.uid() == 0 && user.name().equals("root")) {
                if (!user.shell().equals("/bin/bash") && !user.shell().isEmpty()) {
                    shell(into, user);
                }
            } else if (isOfAPerson(system, user)) {
                account(into, user, groups);
            } else if (!groups.isEmpty()) {
                groups(
                        into,
                        user.name(),
                        groups.stream()
                                .filter(group -> !system.areNamedTogether(user.name(), group))
                                .toList());
            }
        }
        for (String file : List.of("/etc/shadow", "/etc/gshadow")) {
            if (system.files().status(file).isPresent()) {
                into.withheld(Scope.USERS, file, "password hashes; the whole file: set passwords anew with `passwd`");
            }
        }
        system.keepUnowned(into, Scope.USERS, "/etc/sudoers.d", "who may become root");
        shells(system, into);
    }

    static boolean isOfAPerson(DebianSystem system, Accounts.User user) {
        return user.uid() < FIRST_PERSON ? !system.isNamedByPackages(user.name()) : user.uid() != NOBODY;
    }

    private static void account(Findings into, Accounts.User user, List<String> groups) {
        if (!user.description().isBlank()) {
            into.set(Scope.USERS, PASSWD, Setting.text(user.description()), "users", user.name(), "description");
        }
        if (!user.shell().isBlank()) {
            shell(into, user);
        }
        groups(into, user.name(), groups);
        into.set(
                Scope.USERS, PASSWD, new Setting.Whole(user.uid()), "system", "debian", "accounts", user.name(), "uid");
        into.set(
                Scope.USERS, PASSWD, new Setting.Whole(user.gid()), "system", "debian", "accounts", user.name(), "gid");
        into.set(Scope.USERS, PASSWD, Setting.text(user.home()), "system", "debian", "accounts", user.name(), "home");
    }

    private static void groups(Findings into, String name, List<String> groups) {
        if (!groups.isEmpty()) {
            into.set(Scope.USERS, "/etc/group", Setting.texts(groups), "users", name, "groups");
        }
    }

    private static void shell(Findings into, Accounts.User user) {
        String plain = user.shell().replaceFirst("^(/usr)?/bin/", "");
        into.set(
                Scope.USERS,
                PASSWD,
                Setting.text(plain.contains("/") ? user.shell() : plain),
                "users",
                user.name(),
                "shell");
    }

    /** The list is made of what packages have; a line beside that is somebody's. */
    private static void shells(DebianSystem system, Findings into) {
        List<String> known = system.files().lines("/var/lib/shells.state");
        boolean own = system.files().lines("/etc/shells").stream()
                .anyMatch(line -> line.startsWith("/") && !known.contains(line) && !system.isNamedByPackages(line));
        if (own && !known.isEmpty()) {
            system.keep(into, Scope.USERS, "/etc/shells", "a shell that no package brought");
        }
        if (system.files().status("/etc/subuid").isPresent()) {
            into.done("/etc/subuid");
            into.done("/etc/subgid");
        }
        for (Accounts.User user : system.accounts().users()) {
            if (user.uid() >= FIRST_PERSON && user.uid() != NOBODY) {
                into.note(
                        Scope.USERS,
                        Kind.TAKEN,
                        user.name(),
                        "has no password yet; the files in " + user.home() + " stay where they are");
            }
        }
    }
}
