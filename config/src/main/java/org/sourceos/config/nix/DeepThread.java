package org.sourceos.config.nix;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs evaluations on threads whose stack is as deep as the calls they may make. */
final class DeepThread {
    private static final long BASE = 64L << 20;
    /** What one call of the language takes at most, interpreted; only what is used is ever backed by memory. */
    private static final long PER_CALL = 4 << 10;

    private static final long MOST = 4L << 30;

    private DeepThread() {}

    /** The result of a task, whose unchecked exceptions go through; {@code cancel} is run when we are interrupted. */
    static <T> T run(int callDepth, Callable<T> task, Runnable cancel) {
        if (Thread.currentThread() instanceof Worker) {
            try {
                return task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        FutureTask<T> future = new FutureTask<>(task);
        Thread worker = new Worker(future, Math.min(BASE + callDepth * PER_CALL, MOST));
        worker.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel.run();
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Worker extends Thread {
        Worker(Runnable task, long stackBytes) {
            super(null, task, "nix-evaluation", stackBytes);
            setDaemon(true);
        }
    }
}
