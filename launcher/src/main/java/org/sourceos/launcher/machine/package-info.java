/**
 * Machines that outlive the command that started them: their folders, their lives, and who watches over them.
 *
 * <p>A {@code Machine} is what {@code Machines} has of each. {@code Lifecycle} is what is known of it, with the one lock;
 * {@code Supervision}, its thread, has {@code MachineRun} take it to its end ({@code ProgramStart} or {@code RevivedStart},
 * then {@code GuestWatch}), buries it and starts it again; {@code GuestLine} is the connection that it and all commands use.
 */
@NullMarked
package org.sourceos.launcher.machine;

import org.jspecify.annotations.NullMarked;
