/**
 * The store: what was fetched and built, in a git repository that plain git reads ({@link org.sourceos.gitstore.BuildCache}).
 *
 * <p>Two interfaces carry what costs time, so that it can be replaced without anything else noticing:
 * {@code LayerIngest} (how a tree of files becomes objects; today {@code PackedIngest}, one pack for each layer) and
 * {@code Materializer} (how layers become files again; today {@code CopyingMaterializer}, which copies contents out).
 * {@code BuildCache} explains what fails and takes the writer's lock; {@code StoredRefs}, {@code Publisher} and
 * {@code DerivedFiles} do what is asked. What a layer is and how it is laid out in git is {@code LayerManifest}, {@code Mtree}, {@code GitNames} and
 * {@code LayerReader}, and is described in {@code docs/decisions/0001}.
 */
@NullMarked
package org.sourceos.gitstore;

import org.jspecify.annotations.NullMarked;
