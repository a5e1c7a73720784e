package org.sourceos.config.nix;

/** How functions and unevaluated values are printed. */
public enum PrintStyle {
    /** {@code <LAMBDA>}, {@code <PRIMOP>}, {@code <CODE>}, as {@code nix-instantiate --eval} prints. */
    INSTANTIATE,
    /** {@code «lambda f @ a.nix:1:2»}, {@code «primop map»}, {@code «thunk»}, as {@code nix eval} prints. */
    DESCRIPTIVE
}
