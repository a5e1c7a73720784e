package org.sourceos.cli.doctor;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptHost;

/** Looks at everything and reports. */
public final class Doctor {
    private final CommandContext context;
    private final Places places;
    private final KvmCheck kvm;

    public Doctor(CommandContext context, Places places, KvmCheck kvm) {
        this.context = context;
        this.places = places;
        this.kvm = kvm;
    }

    /** Prints what was found; whether nothing that is needed is missing. */
    public boolean report(boolean json) {
        List<Finding> findings = findings();
        if (json) {
            JsonArray array = new JsonArray();
            for (Finding finding : findings) {
                JsonObject object = new JsonObject();
                object.addProperty("what", finding.what());
                object.addProperty("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
                object.addProperty("found", finding.found());
                object.addProperty("advice", finding.advice());
                array.add(object);
            }
            context.out().println(array);
        } else {
            for (Finding finding : findings) {
                String mark = switch (finding.verdict()) {
                    case USABLE -> "ok      ";
                    case LIMITED -> "limited ";
                    case MISSING -> "MISSING ";
                };
                context.out().printf("%s %-16s %s%n", mark, finding.what(), finding.found());
                if (!finding.advice().isEmpty()) {
                    context.out().printf("%26s-> %s%n", "", finding.advice());
                }
            }
        }
        return findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.MISSING);
    }

    private List<Finding> findings() {
        HostChecks host = new HostChecks(new ProcessRunner(), context.cancellation(), context.environment());
        List<Finding> findings = new ArrayList<>();
        findings.add(host.system());
        findings.add(Finding.usable("Java", System.getProperty("java.runtime.version", "unknown")));
        findings.add(host.tool("git", "git", "git", "--version"));
        findings.add(host.tool("QEMU", "qemu-system-x86", "qemu-system-x86_64", "--version"));
        findings.add(kvm.find());
        findings.add(new ConfineCheck(context, places).find());
        findings.add(host.tool("bubblewrap", "bubblewrap", "bwrap", "--version"));
        findings.add(host.namespaces());
        findings.add(host.tool("mmdebstrap", "mmdebstrap", "mmdebstrap", "--version"));
        host.subordinateIds().ifPresent(findings::add);
        findings.add(aptSources());
        findings.add(host.disk(places));
        findings.add(host.memory());
        findings.addAll(LimitChecks.all());
        return findings;
    }

    private static Finding aptSources() {
        List<String> warnings = new ArrayList<>();
        try {
            TreeSet<String> suites = new TreeSet<>();
            for (SourceEntry entry : AptHost.ofThisMachine().sources(warnings::add)) {
                suites.addAll(entry.suites());
            }
            if (suites.isEmpty()) {
                return Finding.missing(
                        "apt sources", "none are configured", "add a Debian mirror to /etc/apt/sources.list.d");
            }
            return Finding.usable("apt sources", String.join(" ", suites));
        } catch (RebuildException e) {
            return Finding.missing("apt sources", String.valueOf(e.getMessage()), "mend the file it names");
        }
    }
}
