package org.sourceos.importer.plan;

/**
 * A source package of a suite.
 *
 * @param buildDepends what a build of packages for one architecture needs, as the list has it
 * @param bytes of all its files, compressed
 */
public record SourcePackage(String name, String version, String buildDepends, long bytes) {}
