package org.sourceos.importer.secret;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files that are secrets as a whole, known by where they are: their content is not even read. */
public final class SecretFiles {
    private record Known(Pattern path, String what) {
        Known(String regex, String what) {
            this(Pattern.compile(regex), what);
        }
    }

    private static final List<Known> KNOWN = List.of(
            new Known("/etc/g?shadow-?(\\..*)?|/etc/(security/)?opasswd.*", "password hashes"),
            new Known("/var/backups/g?shadow.*", "password hashes"),
            new Known("/etc/ssh/ssh_host_.*_key", "a private key of the SSH server"),
            new Known("/etc/machine-id|/var/lib/dbus/machine-id", "this machine's identity"),
            new Known(".*/(random-seed|credential\\.secret)", "random bytes that keys are made from"),
            new Known("/etc/ssl/private/.*", "private keys for TLS"),
            new Known("/etc/letsencrypt/(archive|live|accounts)/.*(privkey|private_key).*", "private keys for TLS"),
            new Known(
                    ".*\\.(key|p12|pfx|jks|keystore|kdbx?|keytab|ppk|gpg-key|asc-key|ovpn-secret)",
                    "a key, or a file of keys"),
            new Known(".*/(id_[a-z0-9_]+|.*_(rsa|dsa|ecdsa|ed25519)(_key)?)", "a private SSH key"),
            new Known(".*/(secring\\.gpg|private-keys-v1\\.d/.*)", "private OpenPGP keys"),
            new Known(
                    ".*/(\\.netrc|_netrc|\\.pgpass|\\.my\\.cnf|\\.git-credentials|\\.htpasswd|\\.dockercfg)",
                    "passwords"),
            new Known(".*/(\\.docker/config\\.json|\\.aws/credentials|\\.kube/config|\\.vault-token)", "credentials"),
            new Known("/etc/ppp/(chap|pap|srp)-secrets.*", "passwords of network connections"),
            new Known(
                    "/etc/(ipsec\\.secrets|swanctl/(private|rsa|ecdsa|pkcs8|pkcs12)/.*)",
                    "keys of network connections"),
            new Known(
                    "/etc/(krb5\\.keytab|rsyncd\\.secrets|exim4/passwd.*|postfix/(sasl_passwd|sasl/sasl_passwd).*)",
                    "passwords"),
            new Known("/etc/(dovecot|apache2|nginx|lighttpd)/.*(htpasswd|passwd|users).*", "passwords"),
            new Known(
                    "/etc/davfs2/secrets|/etc/mosquitto/.*passw.*|/etc/cups/(passwd\\.md5|subscriptions.*)",
                    "passwords"),
            new Known(
                    ".*/(\\.?smbcredentials|\\.?cifs-?cred[a-z]*|credentials|\\.credentials|secrets?|\\.secrets?|vault-?pass[a-z]*)",
                    "credentials"),
            new Known(".*/(htpasswd|smbpasswd|.*\\.htpasswd)|.*\\.(secret|secrets|token|passwd|pass)", "credentials"),
            new Known(
                    "/etc/(etckeeper|sssd/.*\\.ldb|corosync/authkey|munge/munge\\.key|bind/rndc\\.key)",
                    "credentials"));

    private SecretFiles() {}

    /** What a file is, if it is a secret as a whole. */
    public static Optional<String> what(String path) {
        // The public half of a key is none, and apt has no others.
        if (path.endsWith(".pub") || path.startsWith("/etc/apt/keyrings/") || path.startsWith("/etc/apt/trusted.gpg")) {
            return Optional.empty();
        }
        return KNOWN.stream()
                .filter(known -> known.path().matcher(path).matches())
                .map(Known::what)
                .findFirst();
    }
}
