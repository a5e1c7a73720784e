package org.sourceos.importer.scope;

import java.util.List;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Setting;

/** The groups that packages did not make. A user's own group comes with the user. */
public final class GroupReader implements ScopeReader {
    private static final String FILE = "/etc/group";
    private static final int FIRST_OF_PEOPLE = 1000;
    private static final int NOGROUP = 65534;

    @Override
    public boolean claims(String path) {
        return path.equals(FILE) || path.equals(FILE + "-");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        List<Accounts.User> users = system.accounts().users();
        for (Accounts.Group group : system.accounts().groups()) {
            boolean usersOwn =
                    users.stream().anyMatch(user -> user.name().equals(group.name()) && user.gid() == group.gid());
            boolean made =
                    group.gid() < FIRST_OF_PEOPLE ? !system.isNamedByPackages(group.name()) : group.gid() != NOGROUP;
            if (made && !(usersOwn && group.members().isEmpty())) {
                into.set(
                        Scope.GROUPS,
                        FILE,
                        new Setting.Whole(group.gid()),
                        "system",
                        "debian",
                        "groups",
                        group.name(),
                        "gid");
                if (!group.members().isEmpty()) {
                    into.set(
                            Scope.GROUPS,
                            FILE,
                            Setting.texts(group.members().stream().sorted().toList()),
                            "system",
                            "debian",
                            "groups",
                            group.name(),
                            "members");
                }
            }
        }
    }
}
