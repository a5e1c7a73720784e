package org.sourceos.cli.system;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.hooks.server.Limits;
import org.sourceos.hooks.server.PushServer;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos serve}: pushes over SSH. */
@Command(
        name = "serve",
        header = "Let people push a configuration over SSH, which checks, builds and deploys it.",
        description = {
            "Serves bare repositories to those whose public keys are in trust/ of what",
            "is served, as trust/NAME.pub, and who are listed in trust/access.toml.",
            "Runs until it is interrupted. SourceOS's hooks are installed in the",
            "repositories. A push may have 64 MiB, unless largest_push in",
            "trust/access.toml says otherwise. docs/serving.md tells how to begin;",
            "templates/systemd/sourceos-serve.service starts it with the computer.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  git clone --bare ~/system /srv/system.git",
            "  sourceos --config /srv/system.git serve --listen 0.0.0.0:2222",
            "  git push ssh://HOST:2222/system main",
            "  ssh -p 2222 HOST confirm              what was pushed shall stay",
        })
public final class ServeCommand extends HooksSubcommand {
    private static final long GLANCE_MILLIS = 500;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "the address to listen on; port 0 is any that is free (127.0.0.1:2222)")
    private String listen = "127.0.0.1:2222";

    @Option(
            names = "--repository",
            paramLabel = "NAME=PATH",
            description = "a bare repository and the name it is served under; may be repeated"
                    + " (system, the configuration)")
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = "--confirm",
            paramLabel = "TIME|never",
            description = "what is pushed is taken back unless somebody who may push connects again within this time"
                    + " (30s)")
    private String confirm = "30s";

    @Option(names = "--json", description = "address, fingerprint and log as JSON, a line each")
    private boolean json;

    ServeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        InetSocketAddress address = ListenAddress.parse(listen);
        ServeLog log = new ServeLog(context(), json);
        Map<String, String> environment = new HashMap<>(HookEnvironment.of(context(), places()));
        environment.remove(PushOptions.CONFIRM);
        if (!confirm.equals("never")) {
            WaitTime.parse("--confirm", confirm);
            environment.put(PushOptions.CONFIRM, confirm);
        }
        PushConfirmations confirmations = new PushConfirmations(context(), places(), log::line);
        Map<String, ConfigRepository> served = open();
        Map<String, PushServer.Repository> access = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigRepository> entry : served.entrySet()) {
            ConfigRepository repository = entry.getValue();
            ServedTrust trust = new ServedTrust(
                    repository, Deployment.exports(places()), context().cancellation(), log::line);
            if (!trust.read().mentions(entry.getKey())) {
                log.line("nobody may use " + entry.getKey() + " yet: commit a public key as trust/NAME.pub and"
                        + " trust/access.toml with\n    [repositories." + entry.getKey() + "]\n    admin = [\"NAME\"]\n"
                        + "  and push that here, by path: git push " + repository.gitDirectory() + " HEAD");
            }
            install(repository);
            access.put(
                    entry.getKey(),
                    new PushServer.Repository(
                            repository.gitDirectory(),
                            trust,
                            new ClosureStaging(context(), places(), repository, executable(), log::line)));
        }
        PushServer.Settings settings = new PushServer.Settings(
                address,
                access,
                places().state().resolve("serve/host_key"),
                Limits.DEFAULT,
                environment,
                confirmations,
                context().clock(),
                log::line);
        serve(settings, served, log, confirmations);
        return ExitCode.DONE.status();
    }

    private void serve(
            PushServer.Settings settings,
            Map<String, ConfigRepository> served,
            ServeLog log,
            PushConfirmations confirmations)
            throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (PushServer server = PushServer.start(settings, new ProcessRunner());
                Cancellation.Registration ending = context().cancellation().onCancel(over::countDown)) {
            log.started(settings.listen(), server.port(), server.fingerprint(), served);
            do {
                confirmations.look();
            } while (!over.await(GLANCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private Map<String, ConfigRepository> open() throws Exception {
        Map<String, Path> places = new LinkedHashMap<>();
        for (String option : repositories) {
            int equals = option.indexOf('=');
            if (equals < 0 || !PushServer.isName(option.substring(0, equals)) || equals == option.length() - 1) {
                throw new UsageException("--repository " + option
                        + " is not understood: write NAME=PATH, the name of letters, digits, - and _");
            }
            places.put(
                    option.substring(0, equals),
                    context().directory().resolve(option.substring(equals + 1)).normalize());
        }
        if (places.isEmpty()) {
            places.put("system", places().config());
        }
        Map<String, ConfigRepository> opened = new LinkedHashMap<>();
        for (Map.Entry<String, Path> place : places.entrySet()) {
            ConfigRepository repository = ConfigRepository.open(
                    place.getValue(),
                    context().environment(),
                    new ProcessRunner(),
                    context().cancellation());
            if (repository.workTree().isPresent()) {
                throw new UsageException(place.getValue()
                        + " has a working tree, whose files a push would leave as they"
                        + " are: serve a bare copy instead, and push to it from here: git clone --bare "
                        + place.getValue() + " " + place.getValue() + ".git && sourceos --config " + place.getValue()
                        + ".git serve");
            }
            opened.put(place.getKey(), repository);
        }
        return opened;
    }
}
