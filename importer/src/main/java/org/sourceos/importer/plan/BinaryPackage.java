package org.sourceos.importer.plan;

/**
 * A binary package of a suite.
 *
 * @param source the name of the package it is built from
 * @param base whether every Debian has it, so that it need not be built to build others
 * @param depends with {@code Pre-Depends}, as the list has it
 * @param installedKib 0 where it is not said
 */
public record BinaryPackage(
        String name, String version, String source, boolean base, String depends, String provides, long installedKib) {}
