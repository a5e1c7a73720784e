package org.sourceos.rebuild.sandbox;

import java.util.List;

/** How tools say that they found no network; a sandbox has none, and the user should read that and not look for a fault. */
final class NetworkAttempt {
    private static final List<String> COMPLAINTS = List.of(
            "Could not resolve host",
            "Couldn't resolve host",
            "Temporary failure in name resolution",
            "unable to resolve host address",
            "Name or service not known",
            "Network is unreachable",
            "failed to lookup address information",
            "getaddrinfo EAI_AGAIN",
            "UnknownHostException",
            "lookup address: no such host",
            "dial tcp");

    private NetworkAttempt() {}

    static boolean in(String line) {
        return COMPLAINTS.stream().anyMatch(line::contains);
    }
}
