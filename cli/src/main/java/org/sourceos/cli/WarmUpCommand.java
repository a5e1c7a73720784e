package org.sourceos.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sourceos.cli.language.instantiate.NixInstantiate;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/**
 * Loads what a typical command loads, so that the class-data archive written at the end of this process holds it. Run once
 * by the build of SourceOS itself.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    WarmUpCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (Workbench workbench = Workbench.of(context, parent.places())) {
            workbench.rebuild().plan(java.util.List.of(org.sourceos.rebuild.plan.Request.of("jq")));
        }
        NixInstantiate.run(
                context,
                "--eval",
                "--strict",
                "-E",
                "let f = { a, b ? 1, ... }: map (x: x + a * b) [ 1 2 ]; in rec { c = f { a = 2; }; d = \"${toString c}\"; }");
        Path entry = Files.createDirectories(parent.places().store()).resolve("warm-up.nix");
        Files.writeString(
                entry,
                "{ lib, pkgs, config, ... }: { users.a.packages = [ (kernel.override { preempt = \"full\"; }) pkgs.jq ];"
                        + " system.hostname = lib.mkIf config.vms.a.autostart \"a\"; vms.a.package = htop; }");
        SourceOs.execute(context, "check", entry.toString());
        SourceOs.execute(context, "eval", "--json", entry.toString());
        // The last step of a run, up to the point where QEMU would be started.
        return SourceOs.execute(context, "run", "--offline", "--dry-run", "hello");
    }
}
