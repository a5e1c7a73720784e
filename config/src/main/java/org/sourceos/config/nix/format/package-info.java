/**
 * The layout of texts of the configuration language. {@link org.sourceos.config.nix.format.Formatter} is the door.
 *
 * <p>Tokens become {@code Leaf}s, each with the comments that belong to it ({@code Leaves}); leaves become a tree that has
 * every one of them ({@code TreeReader}); each kind of {@code Node} knows how it stands on one line and how over several, and
 * writes itself to a {@code Page}. A node stands on one line where it fits and nothing in it needs a line of its own. So the
 * time is linear in the text, but for the depth of its nesting.
 *
 * <p>What a text means is what its tokens are; that they are all there again, and all comments, is checked before a result
 * is given out.
 */
@NullMarked
package org.sourceos.config.nix.format;

import org.jspecify.annotations.NullMarked;
