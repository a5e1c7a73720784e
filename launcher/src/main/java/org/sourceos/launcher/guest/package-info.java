/** What the host and the guest's PID 1 say to each other; see docs/guest-protocol.md. */
@NullMarked
package org.sourceos.launcher.guest;

import org.jspecify.annotations.NullMarked;
