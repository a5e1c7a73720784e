package org.sourceos.cli.importing;

import java.util.List;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.importer.convert.Conversion;

/**
 * A conversion that has been thought through, and changed nothing.
 *
 * @param version Debian's whole version of what the machine will run
 * @param how it is built, for people
 * @param fileList what a recipe of a binary package installs; empty for one of a source package
 * @param mebibytes estimated
 * @param older what apt's sources say of older versions of the source package
 */
record PreparedConversion(
        Conversion conversion,
        String version,
        String how,
        String recipe,
        String fileList,
        long mebibytes,
        List<ControlFile.Paragraph> older) {}
