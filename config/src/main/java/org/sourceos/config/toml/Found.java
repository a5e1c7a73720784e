package org.sourceos.config.toml;

import org.sourceos.config.diagnostic.Position;

/** A value and where it stands. */
public record Found<T>(T value, Position position) {}
