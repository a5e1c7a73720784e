/**
 * The Nix language, evaluated inside the JVM. {@link org.sourceos.config.nix.Evaluator} is the door.
 *
 * <p>Strings of the language are bytes. Inside this package a {@link String} that stands for such bytes holds one byte per
 * char (ISO 8859-1): the JVM stores it as a byte array, compares it as unsigned bytes, and no byte is ever lost.
 * {@link org.sourceos.config.nix.Bytes} converts at the borders.
 *
 * <p>A text becomes {@link org.sourceos.config.nix.syntax.Tokens}, those a tree of {@code Expr} nodes whose variables are
 * bound to slots by {@code Scope}, and a node evaluates itself against an {@code Env}. What is not evaluated yet is a
 * {@code Thunk}. {@code Interp} holds what one evaluation shares: symbols, budgets, imported files.
 */
@NullMarked
package org.sourceos.config.nix;

import org.jspecify.annotations.NullMarked;
