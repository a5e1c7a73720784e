package org.sourceos.hooks.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks a server to run: git's two services (gitprotocol-pack, "SSH Transport"), written as git writes them, or
 * {@code confirm}; no shell ever reads the text.
 *
 * @param repository a name, to be looked up and nothing else
 */
record ExecRequest(Service service, String repository) {
    /** Follows the name of a repository where not it is meant, but what was built of it elsewhere. */
    private static final String CLOSURE = "/closure";

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
    private static final Pattern COMMAND =
            Pattern.compile("git[- ](receive-pack|upload-pack) '/?(" + NAME + ")(?:(" + CLOSURE + ")|(?:\\.git)?/?)'");

    private static final Pattern CONFIRM = Pattern.compile("confirm(?: (" + NAME + "))?");

    /** What is confirmed when no repository is named. */
    private static final String USUAL = "system";

    enum Service {
        RECEIVE_PACK("receive-pack", Right.PUSH),
        UPLOAD_PACK("upload-pack", Right.READ),
        /** What was built elsewhere. */
        RECEIVE_CLOSURE("receive-pack", Right.DEPLOY),
        /** What of such is here already, and what counts: the refs that git lists. */
        LIST_CLOSURE("upload-pack", Right.DEPLOY),
        /** Of ours: lets what was pushed before stay. */
        CONFIRM("confirm", Right.PUSH);

        private final String subcommand;
        private final Right needs;

        Service(String subcommand, Right needs) {
            this.subcommand = subcommand;
            this.needs = needs;
        }

        /** Of git, but for {@link #CONFIRM}. */
        String subcommand() {
            return subcommand;
        }

        Right needs() {
            return needs;
        }
    }

    static Optional<ExecRequest> parse(String command) {
        Matcher confirm = CONFIRM.matcher(command);
        if (confirm.matches()) {
            return Optional.of(new ExecRequest(
                    Service.CONFIRM, Optional.ofNullable(confirm.group(1)).orElse(USUAL)));
        }
        Matcher match = COMMAND.matcher(command);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean receives = match.group(1).equals(Service.RECEIVE_PACK.subcommand());
        Service service = match.group(3) == null
                ? receives ? Service.RECEIVE_PACK : Service.UPLOAD_PACK
                : receives ? Service.RECEIVE_CLOSURE : Service.LIST_CLOSURE;
        return Optional.of(new ExecRequest(service, match.group(2)));
    }

    /** Whether a repository may have this name. */
    static boolean isName(String text) {
        return text.matches(NAME);
    }
}
