package org.sourceos.cli.system;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.cli.UsageException;

/** {@code HOST:PORT}; an IPv6 address in brackets. */
final class ListenAddress {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]+)):([0-9]{1,5})");
    private static final int LAST_PORT = 65535;

    private ListenAddress() {}

    static InetSocketAddress parse(String text) throws UsageException {
        Matcher match = FORM.matcher(text);
        if (!match.matches() || Integer.parseInt(match.group(3)) > LAST_PORT) {
            throw new UsageException("--listen " + text
                    + " is not understood: write HOST:PORT, such as 127.0.0.1:2222, 0.0.0.0:2222 (every address of this"
                    + " computer) or [::1]:2222");
        }
        String host = match.group(1) != null ? match.group(1) : match.group(2);
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(match.group(3)));
        if (address.isUnresolved()) {
            throw new UsageException(
                    "--listen " + text + ": " + host + " is no address of this computer that is known");
        }
        return address;
    }
}
