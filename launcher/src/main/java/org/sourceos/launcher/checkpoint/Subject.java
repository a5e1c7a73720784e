package org.sourceos.launcher.checkpoint;

import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * A machine that is saved.
 *
 * @param id this life's, to tell it from others that were called the same
 * @param record all that is known of it, in a form that is its own affair
 */
public record Subject(String name, String id, ImageManifest image, VmSpec spec, String record) {}
