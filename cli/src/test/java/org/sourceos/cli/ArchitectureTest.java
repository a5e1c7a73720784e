package org.sourceos.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the table of modules in ARCHITECTURE.md. */
@AnalyzeClasses(packages = "org.sourceos", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule hostUsesNoOtherModule = noClasses()
            .that()
            .resideInAPackage("org.sourceos.host..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.sourceos..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("org.sourceos.host.."))));

    @ArchTest
    static final ArchRule configUsesNoOtherModule = noClasses()
            .that()
            .resideInAPackage("org.sourceos.config..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.sourceos..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("org.sourceos.config.."))));

    /** Texts come in and values go out; {@code java.net.URI} is a text with rules, not a connection. */
    @ArchTest
    static final ArchRule configDoesNoInputOutput = noClasses()
            .that()
            .resideInAPackage("org.sourceos.config..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.nio\\.file\\.Files|java\\.io\\.File.*|java\\.net\\..*(Socket|Connection|Address).*")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "java.nio.channels..");

    @ArchTest
    static final ArchRule theLanguageKnowsNoOptions = noClasses()
            .that()
            .resideInAPackage("org.sourceos.config.nix..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.sourceos.config.options..", "org.sourceos.config.system..", "org.sourceos.config.recipe.."));

    @ArchTest
    static final ArchRule optionsKnowNoSystem = noClasses()
            .that()
            .resideInAPackage("org.sourceos.config.options..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.sourceos.config.system..", "org.sourceos.config.recipe.."));

    @ArchTest
    static final ArchRule gitstoreUsesHostOnly = noClasses()
            .that()
            .resideInAPackage("org.sourceos.gitstore..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.sourceos.config..",
                    "org.sourceos.rebuild..",
                    "org.sourceos.launcher..",
                    "org.sourceos.hooks..",
                    "org.sourceos.cli.."));

    @ArchTest
    static final ArchRule rebuildKnowsNoMachines = noClasses()
            .that()
            .resideInAPackage("org.sourceos.rebuild..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("org.sourceos.launcher..", "org.sourceos.hooks..", "org.sourceos.cli.."));

    @ArchTest
    static final ArchRule launcherKnowsNoBuilds = noClasses()
            .that()
            .resideInAPackage("org.sourceos.launcher..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.sourceos.rebuild..", "org.sourceos.config..", "org.sourceos.hooks..", "org.sourceos.cli.."));

    @ArchTest
    static final ArchRule hooksKnowNoBuilds = noClasses()
            .that()
            .resideInAPackage("org.sourceos.hooks..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("org.sourceos.rebuild..", "org.sourceos.launcher..", "org.sourceos.cli.."));

    @ArchTest
    static final ArchRule theImporterOnlyReadsAndKeeps = noClasses()
            .that()
            .resideInAPackage("org.sourceos.importer..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.sourceos.rebuild..", "org.sourceos.launcher..", "org.sourceos.hooks..", "org.sourceos.cli.."));

    @ArchTest
    static final ArchRule nobodyBelowKnowsTheImporter = noClasses()
            .that()
            .resideInAnyPackage("org.sourceos.rebuild..", "org.sourceos.launcher..", "org.sourceos.hooks..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.sourceos.importer.."));

    /** A program of the system that is imported is never run: what reads it cannot start any. */
    @ArchTest
    static final ArchRule readersOfADebianSystemStartNothing = noClasses()
            .that()
            .resideInAnyPackage("org.sourceos.importer.scope..", "org.sourceos.importer.root..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("org\\.sourceos\\.host\\.(Command|ProcessRunner)");

    @ArchTest
    static final ArchRule onlyHostStartsProcesses = noClasses()
            .that()
            .resideOutsideOfPackage("org.sourceos.host..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("jnr..");

    @ArchTest
    static final ArchRule onlyMainTouchesTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.sourceos.cli.Main")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in");

    @ArchTest
    static final ArchRule staticFieldsAreFinal =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule packagesOfAModuleFormNoCycle =
            slices().matching("org.sourceos.(*).(*)..").should().beFreeOfCycles();
}
