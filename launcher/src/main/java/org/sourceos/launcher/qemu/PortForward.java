package org.sourceos.launcher.qemu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.launcher.LaunchException;

/**
 * A TCP port of the host that leads to one of the guest.
 *
 * @param address the host's IPv4 address it listens on; {@code 127.0.0.1} unless asked otherwise, so that nothing is
 *     offered to the network by accident
 */
public record PortForward(String address, int hostPort, int guestPort) {
    private static final Pattern SHAPE = Pattern.compile("(?:(\\d{1,3}(?:\\.\\d{1,3}){3}):)?(\\d{1,5}):(\\d{1,5})");

    public PortForward {
        if (!isAddress(address) || !isPort(hostPort) || !isPort(guestPort)) {
            throw new IllegalArgumentException("not a port forward: " + address + ":" + hostPort + ":" + guestPort);
        }
    }

    /** Reads {@code [IP:]HOST:GUEST}. */
    public static PortForward parse(String text) throws LaunchException {
        Matcher matcher = SHAPE.matcher(text);
        if (matcher.matches()) {
            String address = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
            int host = Integer.parseInt(matcher.group(2));
            int guest = Integer.parseInt(matcher.group(3));
            if (isAddress(address) && isPort(host) && isPort(guest)) {
                return new PortForward(address, host, guest);
            }
        }
        throw new LaunchException("cannot forward port " + text
                + ": it is not [IP:]HOST:GUEST with an IPv4 address and ports from 1 to 65535; write for instance"
                + " 8080:80 or 0.0.0.0:8080:80");
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    private static boolean isAddress(String address) {
        if (!address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return false;
        }
        for (String part : address.split("\\.", -1)) {
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address + ":" + hostPort + ":" + guestPort;
    }
}
