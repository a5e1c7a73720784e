package org.sourceos.gitstore.git;

import java.nio.file.Path;
import org.sourceos.gitstore.ObjectName;

/** An object in a file of its own. */
record LooseObject(ObjectName name, Path file, long size) {}
