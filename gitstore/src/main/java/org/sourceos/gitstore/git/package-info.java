/**
 * Git's files, as far as the store needs them: objects (loose, packed, deltas), one index for many packs,
 * trees, refs, and a pack writer.
 *
 * <p>Written for a program that starts for every command and reads three small objects: no configuration of the user or
 * the system is looked at, no process is started, nothing is loaded that is not used. Formats: {@code gitformat-pack(5)},
 * {@code gitformat-loose} and {@code gitrepository-layout(5)}. Whatever plain git did to the repository (repack, pack-refs,
 * a fetch into it) is understood; only SHA-1 repositories with the files ref backend are.
 */
@NullMarked
package org.sourceos.gitstore.git;

import org.jspecify.annotations.NullMarked;
