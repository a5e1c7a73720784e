/**
 * TOML 1.0 as {@code builtins.fromTOML} reads it. Which documents are accepted, and the words of each complaint, are those of
 * the C++ library that Nix uses; {@code config.toml} reads the project's own files and speaks to their authors.
 *
 * <p>Texts hold one byte per char.
 */
@NullMarked
package org.sourceos.config.nix.toml;

import org.jspecify.annotations.NullMarked;
