package org.sourceos.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.TestContext;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;

/** {@code sourceos import} of a real Debian root with planted changes and secrets, into real git. */
class ImportCommandTest {
    private static final String BRANCH = "import/study";

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void knowNobody() {
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", temp.resolve("home").toString());
        environment.put("USER", "ann");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("SOURCEOS_CONFIG", temp.resolve("config").toString());
    }

    /** JUnit would speak of each of a hundred links that lead out. */
    @AfterEach
    void removeTheRoot() throws IOException {
        Directories.remove(temp.resolve("root"));
    }

    private TestContext run(int status, String... args) {
        TestContext context = TestContext.withTemplates(temp, environment);
        assertThat(context.execute(args)).as(context.out() + context.err()).isEqualTo(status);
        return context;
    }

    private TestContext importing(int status, String... further) {
        java.util.ArrayList<String> words =
                new java.util.ArrayList<>(List.of("import", "--from-debian", "--root", "root"));
        words.addAll(List.of(further));
        return run(status, words.toArray(String[]::new));
    }

    private String git(String... words) throws IOException {
        Command command = Command.of("git", "-c", "safe.directory=*")
                .withArguments(List.of(words))
                .withDirectory(temp.resolve("config"))
                .withEnvironment("HOME", temp.resolve("home").toString())
                .withEnvironment("GIT_CONFIG_NOSYSTEM", "1");
        return new ProcessRunner().output(command, new Cancellation());
    }

    private String file(String path) throws IOException {
        return git("show", BRANCH + ":" + path);
    }

    /** The checked configuration of the branch. */
    private JsonObject checked() throws IOException {
        Path folder = temp.resolve("merged");
        git("worktree", "add", "--quiet", "--force", folder.toString(), BRANCH);
        JsonObject values = JsonParser.parseString(
                        run(0, "check", "--json", "merged").out())
                .getAsJsonObject();
        run(0, "fmt", "--check", "merged");
        git("worktree", "remove", "--force", folder.toString());
        return values;
    }

    private DebianRoot plain() throws IOException {
        return DebianRoot.in(temp).write("etc/hostname", "study\n").delete("etc/resolv.conf");
    }

    private static void plantChanges(DebianRoot root) throws IOException {
        // packages
        root.install("chosen-tool", "1:2.0~rc1-3", "Depends: chosen-library (>= 1)")
                .install("chosen-library", "1.5-1")
                .install("brought-along", "3-1")
                .append(
                        "var/lib/apt/extended_states",
                        "\nPackage: brought-along\nArchitecture: amd64\nAuto-Installed: 1\n")
                .replace("var/lib/dpkg/status", "Package: tree\nStatus: install", "Package: tree\nStatus: hold")
                .append("var/lib/dpkg/arch", "amd64\ni386\n");
        // repos
        root.append("etc/apt/sources.list", "deb [arch=amd64] http://mirror.example.org/extra bookworm main contrib\n")
                .write(
                        "etc/apt/sources.list.d/vendor.sources",
                        "Types: deb deb-src\nURIs: https://vendor.example.org/apt\nSuites: stable\nComponents: main\n"
                                + "Signed-By: /etc/apt/keyrings/vendor.asc\n")
                .write(
                        "etc/apt/keyrings/vendor.asc",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF\n-----END PGP PUBLIC KEY BLOCK-----\n")
                .write("etc/apt/preferences.d/pin", "Package: *\nPin: release n=trixie\nPin-Priority: 100\n");
        // users and groups
        root.append(
                        "etc/passwd",
                        "ann:x:1000:1000:Ann Example,,,:/home/ann:/bin/zsh\nbackupbot:x:990:990::/srv/backup:/bin/sh\n")
                .append("etc/group", "ann:x:1000:\nbackupbot:x:990:\nfamily:x:1100:ann\n")
                .replace("etc/group", "sudo:x:27:", "sudo:x:27:ann")
                .write("etc/sudoers.d/family", "%family ALL=(ALL) NOPASSWD: /usr/bin/apt update\n");
        // services
        root.write("etc/systemd/system/backup.service", "[Service]\nExecStart=/usr/local/bin/backup\n")
                .write(
                        "etc/systemd/system/backup.timer",
                        "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n")
                .link("etc/systemd/system/timers.target.wants/backup.timer", "/etc/systemd/system/backup.timer")
                .delete("etc/systemd/system/multi-user.target.wants/rsyslog.service")
                .link("etc/systemd/system/apt-daily.timer", "/dev/null")
                .write("etc/systemd/system/ssh.service.d/override.conf", "[Service]\nNice=5\n")
                .write("etc/cron.d/report", "0 4 * * * root /usr/local/bin/report\n")
                .write("var/spool/cron/crontabs/ann", "@daily /home/ann/bin/tidy\n");
        // config
        root.append("etc/nanorc", "set tabsize 4\n")
                .replace("etc/ssh/sshd_config", "#PermitRootLogin prohibit-password", "PermitRootLogin no")
                .delete("etc/cron.daily/dpkg")
                .append("var/lib/dpkg/diversions", "/usr/bin/less\n/usr/bin/less.real\n:\n")
                .replace("var/lib/dpkg/alternatives/editor", "auto\n", "manual\n")
                .append("var/lib/dpkg/statoverride", "root family 2750 /usr/bin/tree\n")
                .append(
                        "var/cache/debconf/config.dat",
                        "\nName: chosen-tool/mode\nTemplate: chosen-tool/mode\nValue: careful\nOwners: chosen-tool\nFlags: seen\n")
                .write(
                        "etc/fstab",
                        "UUID=0a1b / ext4 errors=remount-ro,noatime 0 1\n/dev/sdb1 /data xfs defaults 0 2\n");
        // kernel
        root.write("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n")
                .write("etc/modules-load.d/own.conf", "# mine\nv4l2loopback\n")
                .write("etc/sysctl.d/50-own.conf", "vm.swappiness = 10\n")
                .write("etc/modprobe.d/own.conf", "options v4l2loopback devices=2\n");
        // locale
        root.write("etc/default/locale", "LANG=de_DE.UTF-8\nLC_TIME=en_GB.UTF-8\n")
                .append("etc/locale.gen", "de_DE.UTF-8 UTF-8\n")
                .link("etc/localtime", "/usr/share/zoneinfo/Europe/Berlin")
                .write("etc/default/keyboard", "XKBLAYOUT=\"de\"\nXKBVARIANT=\"nodeadkeys\"\n");
        // network
        root.write("etc/network/interfaces", "auto eth0\niface eth0 inet static\n  address 192.0.2.7/24\n")
                .write("etc/systemd/network/10-lan.network", "[Match]\nName=lan0\n[Network]\nDHCP=yes\n")
                .append("etc/hosts", "192.0.2.9 printer\n");
        // desktop
        root.write("usr/share/xsessions/xfce.desktop", "[Desktop Entry]\nName=Xfce\n")
                .write("etc/xdg/mimeapps.list", "[Default Applications]\ntext/html=firefox-esr.desktop\n");
        // unmanaged
        root.write("usr/local/bin/backup", "#!/bin/sh\nexec tar -cf /srv/backup.tar /home\n")
                .write("etc/own-tool.conf", "colour = green\n")
                .write("opt/vendor/README", "read me\n")
                .write("opt/vendor/program", "\0ELF\0")
                .link("usr/local/bin/py", "/usr/bin/python3")
                .write("var/lib/flatpak/app/org.example.Paint/current", "")
                .write("var/lib/snapd/snaps/spotify_67.snap", "")
                .write("usr/local/lib/python3.11/dist-packages/requests-2.31.0.dist-info/METADATA", "Name: requests\n")
                .write(
                        "usr/local/lib/node_modules/yarn/package.json",
                        "{\"name\": \"yarn\", \"version\": \"1.22.19\"}");
        Files.setPosixFilePermissions(
                root.path().resolve("usr/local/bin/backup"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void plantSecrets(DebianRoot root) throws IOException {
        root.secretIn(
                        "etc/apt/sources.list.d/paid.list",
                        "deb https://ann:@@@apt.example.org/paid stable main\n",
                        "tr0ub4dor-url")
                .secret(
                        "etc/apt/auth.conf.d/paid.conf",
                        "machine apt.example.org login ann password @@\n",
                        "auth-conf-pw-17")
                .secret(
                        "etc/apt/apt.conf.d/99proxy",
                        "Acquire::http::Proxy \"http://ann:@@@proxy:3128\";\n",
                        "proxyPw88x")
                .secretIn("etc/shadow", "ann:@@:19000:0:99999:7:::\n", "$y$j9T$uH3kQ0zX1aBcDeFg$hashhashhashhash12")
                .secret(
                        "etc/ssh/ssh_host_ed25519_key",
                        "-----BEGIN OPENSSH PRIVATE KEY-----\n@@\n-----END OPENSSH PRIVATE KEY-----\n",
                        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE")
                .secret("etc/machine-id", "@@\n", "0123456789abcdef0123456789abcdef")
                .secret(
                        "etc/ssl/private/web.key",
                        "-----BEGIN PRIVATE KEY-----\n@@\n-----END PRIVATE KEY-----\n",
                        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")
                .secret(
                        "etc/own-tls/web.pem",
                        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n@@\n-----END RSA PRIVATE KEY-----\n",
                        "MIICXAIBAAKBgQCqGKukO1De7zhZj6+H0q")
                .secret(
                        "etc/NetworkManager/system-connections/Home.nmconnection",
                        "[connection]\nid=Home\n[wifi-security]\nkey-mgmt=wpa-psk\npsk=@@\n",
                        "wifi pass phrase".replace(' ', '_'))
                .secret(
                        "etc/NetworkManager/system-connections/VPN.nmconnection",
                        "[vpn]\nservice-type=x\n[vpn-secrets]\npassword=@@\n",
                        "vpn.Secret.9")
                .secret(
                        "etc/wpa_supplicant/wpa_supplicant.conf",
                        "network={\n  ssid=\"Cafe\"\n  psk=\"@@\"\n}\n",
                        "correct horse battery")
                .secret(
                        "etc/wireguard/wg0.conf",
                        "[Interface]\nPrivateKey = @@\nAddress = 192.0.2.1/24\n",
                        "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=")
                .secret(
                        "etc/network/interfaces.d/wlan",
                        "iface wlan0 inet dhcp\n  wpa-ssid x\n  wpa-psk @@\n",
                        "ifupdownPsk1")
                .secretIn("etc/fstab", "//nas/share /nas cifs username=ann,password=@@ 0 0\n", "cifs-pass-1")
                .secretIn("etc/fstab", "//bob:@@@nas2/share /nas2 cifs defaults 0 0\n", "unc-Pass-2")
                .secret("etc/samba-creds/.smbcredentials", "username=ann\npassword=@@\n", "smbPassW0rd")
                .secret("etc/ppp/chap-secrets", "ann * @@ *\n", "chapSecret55")
                .secret("etc/cron.d/upload", "5 * * * * root curl -u ann:@@ https://example.org/up\n", "curlPw4711")
                .secret("etc/cron.d/dump", "PGPASSWORD=@@\n5 * * * * root pg_dump x\n", "pgPass-in-cron")
                .secret(
                        "etc/systemd/system/api.service",
                        "[Service]\nEnvironment=API_TOKEN=@@\nExecStart=/bin/true\n",
                        "a1b2c3d4e5f6a7b8")
                .secret(
                        "usr/local/bin/notify",
                        "#!/bin/sh\ncurl -H 'Authorization: Bearer @@' https://example.org\n",
                        "eyTokenTokenToken123")
                .secret(
                        "usr/local/bin/deploy",
                        "#!/bin/sh\nTOKEN=\"@@\"\ngit push\n",
                        "ghp_0123456789abcdefghijklmnopqrstuvwxyz")
                .secret("opt/app/.env", "DB_HOST=db\nDB_PASSWORD=@@\n", "hunter2hunter2")
                .secret("opt/app/config.json", "{\"user\": \"app\", \"secret\": \"@@\"}\n", "jsonSecret77")
                .secret("opt/app/config.yaml", "db:\n  user: app\n  password: @@\n", "yamlSecret78")
                .secret("opt/app/settings.xml", "<server><id>x</id><password>@@</password></server>\n", "xmlSecret79")
                .secret("opt/app/.git-credentials", "https://ann:@@@example.org\n", "gitCredential80")
                .secret("usr/local/etc/.netrc", "machine x login ann password @@\n", "netrcPw81")
                .secret("etc/msmtprc", "account a\nhost mail.example.org\nuser ann\npassword @@\n", "smtpPw82")
                .secret(
                        "etc/pip.conf",
                        "[global]\nindex-url = https://bot:@@@pypi.example.org/simple\n",
                        "pipIndexPw83")
                .secret(
                        "usr/local/etc/npmrc",
                        "//registry.example.org/:_authToken=@@\n",
                        "npm_abcdefghijklmnopqrstuvwxyz0123456789")
                .secret("etc/own-snmp.conf", "rocommunity @@\n", "c0mmunityString")
                .secret(
                        "etc/own-aws.conf",
                        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = @@\n",
                        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
                .secret("etc/own-htpasswd.conf", "ann:@@\n", "$apr1$eWv3xYz1$abcdefghijklmnopqrstu.")
                .secret("etc/sudoers.d/note", "# the root password is in the safe\n# @@\n", "Zx9Qw7Er5Ty3Ui1Op0As8Df6")
                .secretIn("etc/nanorc", "# proxy token: @@\n", "nanoToken84x")
                .secretIn("etc/default/grub", "GRUB_CMDLINE_LINUX=\"luks.password=@@\"\n", "cmdlinePw85")
                .secretIn(
                        "var/cache/debconf/passwords.dat",
                        "\nName: db/app-pass\nTemplate: db/app-pass\nValue: @@\nFlags: seen\n",
                        "debconfPw86")
                .secretIn(
                        "var/cache/debconf/config.dat",
                        "\nName: app/admin-password\nTemplate: app/admin-password\nValue: @@\nFlags: seen\n",
                        "debconfPw87");
    }

    @Test
    void everyPlantedChangeIsInTheConfigurationOrTheReport() throws IOException {
        DebianRoot root = plain();
        plantChanges(root);
        String out = importing(3).out();
        assertThat(out).contains("branch " + BRANCH, "/opt/vendor/program");

        String system = file("system.source.nix");
        String users = file("users.source.nix");
        String packages = file("packages.source.nix");
        String report = file("import-report.md");
        assertThat(packages)
                .contains(
                        "chosen-tool.version = \"1:2.0~rc1-3\"", "hold = true", "foreign_architectures = [ \"i386\" ]")
                .contains(
                        "http://mirror.example.org/extra",
                        "Architectures = \"amd64\"",
                        "https://vendor.example.org/apt")
                .contains(
                        "\"org.example.Paint\"",
                        "\"spotify\"",
                        "\"requests 2.31.0\"",
                        "\"yarn 1.22.19\"",
                        "jq = pkgs.jq")
                .doesNotContain("chosen-library", "brought-along", "libc6");
        assertThat(users)
                .contains("description = \"Ann Example\"", "shell = \"zsh\"", "\"family\"", "\"sudo\"", "gid = 1100")
                .contains("backupbot", "home = \"/srv/backup\"")
                .doesNotContain("www-data", "sshd", "systemd-network");
        assertThat(system)
                .contains("enabled = [ \"backup.timer\" ]", "disabled = [ \"rsyslog.service\" ]")
                .contains("masked = [ \"apt-daily.timer\" ]", "removed = [ \"/etc/cron.daily/dpkg\" ]")
                .contains("diversions.\"/usr/bin/less\".to = \"/usr/bin/less.real\"", "editor = \"/bin/nano\"")
                .contains(
                        "\"/usr/bin/tree\"",
                        "\"2750\"",
                        "\"chosen-tool/mode\" = \"careful\"",
                        "\"noatime\"",
                        "\"/data\"")
                .contains("\"iommu=pt\"", "\"v4l2loopback\"", "\"vm.swappiness\" = \"10\"")
                .contains("locale = \"de_DE.UTF-8\"", "LC_TIME = \"en_GB.UTF-8\"", "timezone = \"Europe/Berlin\"")
                .contains(
                        "XKBVARIANT = \"nodeadkeys\"",
                        "hostname = \"study\"",
                        "\"/usr/local/bin/py\" = \"/usr/bin/python3\"")
                .contains("environments = [ \"xfce\" ]", "\"text/html\" = \"firefox-esr.desktop\"");
        for (String kept : List.of(
                "/etc/apt/keyrings/vendor.asc",
                "/etc/apt/preferences.d/pin",
                "/etc/sudoers.d/family",
                "/etc/systemd/system/backup.service",
                "/etc/systemd/system/ssh.service.d/override.conf",
                "/etc/cron.d/report",
                "/var/spool/cron/crontabs/ann",
                "/etc/nanorc",
                "/etc/ssh/sshd_config",
                "/etc/modprobe.d/own.conf",
                "/etc/network/interfaces",
                "/etc/systemd/network/10-lan.network",
                "/etc/hosts",
                "/usr/local/bin/backup",
                "/etc/own-tool.conf",
                "/opt/vendor/README")) {
            assertThat(file("files" + kept)).isEqualTo(Files.readString(Path.of(root.path() + kept)));
            assertThat(system).contains(kept);
            assertThat(report).contains("`" + kept + "`");
        }
        assertThat(git("ls-tree", BRANCH, "files/usr/local/bin/backup")).startsWith("100755");
        assertThat(file("diffs/etc/ssh/sshd_config.diff"))
                .contains("-#PermitRootLogin prohibit-password\n+PermitRootLogin no\n");
        JsonObject debian = checked().getAsJsonObject("system").getAsJsonObject("debian");
        assertThat(debian.getAsJsonObject("packages").keySet()).contains("htop", "openssh-server");
        assertThat(debian.getAsJsonObject("mounts").keySet()).containsExactly("/", "/data");
    }

    @Test
    void noPlantedSecretIsInAnyOutput() throws IOException {
        DebianRoot root = plain();
        plantChanges(root);
        plantSecrets(root);
        assertThat(root.secrets()).hasSizeGreaterThanOrEqualTo(30);
        TestContext dry = importing(3, "--dry-run");
        TestContext json = importing(3, "--json");
        TestContext again = importing(3);
        StringBuilder all =
                new StringBuilder(dry.out() + dry.err() + json.out() + json.err() + again.out() + again.err());
        for (String path : git("ls-tree", "-r", "--name-only", BRANCH).lines().toList()) {
            all.append(path).append('\n').append(file(path));
        }
        String outputs = all.toString();
        assertThat(root.secrets()).filteredOn(outputs::contains).isEmpty();
        String report = file("import-report.md");
        for (String place : List.of(
                "/etc/apt/auth.conf.d/paid.conf",
                "/etc/apt/sources.list.d/paid.list",
                "/etc/shadow",
                "/etc/machine-id",
                "/etc/own-tls/web.pem",
                "/etc/fstab",
                "/opt/app/.env",
                "/usr/local/bin/deploy",
                "/etc/nanorc",
                "/etc/NetworkManager/system-connections/Home.nmconnection",
                "app/admin-password",
                "/etc/default/grub")) {
            assertThat(report).contains(place);
        }
        // What is not secret beside it is kept.
        assertThat(file("files/opt/app/.env")).isEqualTo("DB_HOST=db\nDB_PASSWORD=WITHHELD\n");
        assertThat(file("files/etc/wireguard/wg0.conf")).contains("Address = 192.0.2.1/24");
        checked();
    }

    @Test
    void anUnchangedSystemMakesNoCommitAndAChangedOneJustItsDifference() throws IOException {
        DebianRoot root = plain();
        plantChanges(root);
        importing(3);
        String first = git("rev-parse", BRANCH).strip();
        assertThat(git("rev-list", "--count", BRANCH).strip()).isEqualTo("2");
        assertThat(importing(3).out()).contains("nothing has changed since the last import");
        assertThat(git("rev-parse", BRANCH).strip()).isEqualTo(first);

        root.append("etc/own-tool.conf", "size = 3\n").install("figlet", "2.2.5-3");
        importing(3);
        assertThat(git("diff", "--name-only", first, BRANCH).lines())
                .containsExactly("files/etc/own-tool.conf", "import-report.md", "packages.source.nix");
        assertThat(git("diff", first, BRANCH, "--", "packages.source.nix")
                        .lines()
                        .filter(line -> line.matches("[+-][^+-].*")))
                .containsExactly("+      figlet = pkgs.figlet;", "+        figlet.version = \"2.2.5-3\";");
        root.delete("etc/own-tool.conf");
        importing(3);
        assertThat(git("ls-tree", "-r", "--name-only", BRANCH)).doesNotContain("own-tool");
        assertThat(git("status", "--porcelain")).isEmpty();
        assertThat(git("log", "--format=%s", "main").strip()).isEqualTo("Begin with the minimal template");
    }

    @Test
    void aDryRunAndAStrictOneWriteNothing() throws IOException {
        DebianRoot root = plain();
        plantChanges(root);
        assertThat(importing(3, "--dry-run").out()).contains("would get", "files/etc/nanorc");
        TestContext strict = importing(1, "--strict");
        assertThat(strict.err()).contains("/opt/vendor/program", "nothing was written");
        assertThat(temp.resolve("config")).doesNotExist();
        importing(0, "--strict", "--exclude", "/opt/**");
        assertThat(git("ls-tree", "-r", "--name-only", BRANCH)).doesNotContain("opt/vendor");
    }

    @Test
    void whatWasInstalledInOnePlaceIsOneLineAndNotAThousandFiles() throws IOException {
        DebianRoot root = plain();
        for (int i = 0; i < 200; i++) {
            root.write("opt/suite/lib/part" + i + ".py", "x = " + i + "\n");
        }
        root.link("opt/suite/lib/link", "part0.py").write("etc/sourceos/system.source.nix", "{ }\n");
        assertThat(importing(3).out()).contains("/opt/suite: 201 files of no package");
        assertThat(git("ls-tree", "-r", "--name-only", BRANCH)).doesNotContain("opt/suite", "etc/sourceos");
        assertThat(file("system.source.nix")).doesNotContain("opt/suite");
    }

    @Test
    void onlyTheNamedPartsAreRead() throws IOException {
        DebianRoot root = plain();
        plantChanges(root);
        importing(0, "--scope", "users,locale");
        assertThat(git("ls-tree", "-r", "--name-only", BRANCH))
                .contains("files/etc/sudoers.d/family")
                .doesNotContain("nanorc");
        assertThat(file("packages.source.nix")).doesNotContain("htop");
        assertThat(run(2, "import", "--from-debian", "--scope", "user").err())
                .contains("there is no part user", "users");
    }

    @Test
    void linksDoNotLeadOutOfTheRoot() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside.conf"), "colour = outside\n");
        plain().link("etc/a.conf", outside.toString())
                .link("etc/hostname", "../../../../../../../../etc/own-name")
                .write("etc/own-name", "study\n")
                .link("etc/fstab", outside.toString())
                .link("etc/sysctl.d/loop.conf", "loop.conf")
                .link("opt/up", "../..");
        importing(0);
        assertThat(file("system.source.nix"))
                .contains("\"/etc/a.conf\" = \"" + outside + "\"", "\"/opt/up\" = \"../..\"")
                .doesNotContain("mounts");
        assertThat(git("grep", "-c", "", BRANCH)).doesNotContain("outside.conf");
        assertThat(git("log", "-p", BRANCH)).doesNotContain("colour = outside");
    }

    @Test
    void whatIsNoDebianSystemIsRefusedAndNothingIsWritten() throws IOException {
        Files.createDirectory(temp.resolve("root"));
        assertThat(importing(1).err()).contains("there is no Debian system in", "--root");
        Files.createDirectories(temp.resolve("root/var/lib/dpkg"));
        Files.writeString(
                temp.resolve("root/var/lib/dpkg/status"), "\0\1 nonsense\n\nPackage: x y\n", StandardCharsets.UTF_8);
        assertThat(importing(1).err()).contains("names no installed package", "(x y)");
        assertThat(run(1, "import", "--from-debian", "--root", "nowhere").err()).contains("nowhere");
        assertThat(temp.resolve("config")).doesNotExist();
        assertThat(run(2, "import").err()).contains("--from-debian");
    }
}
