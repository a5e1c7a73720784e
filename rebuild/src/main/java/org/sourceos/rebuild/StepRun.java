package org.sourceos.rebuild;

import org.sourceos.config.lock.LockFile;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.progress.StepListener;

/** One step while it runs: by what lock, under which name its listener knows it. */
record StepRun(LockFile lock, String id, StepListener listener, Cancellation cancellation) {}
