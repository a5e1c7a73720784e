package org.sourceos.config.nix;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs evaluations, one at a time, on a thread whose stack is as deep as the calls they may make. The thread waits a moment
 * for the next one, because to make a thread takes longer than a small evaluation; then it ends by itself.
 */
final class DeepThread {
    private static final long BASE = 64L << 20;
    /** What one call of the language takes at most, interpreted; only what is used is ever backed by memory. */
    private static final long PER_CALL = 4 << 10;

    private static final long MOST = 4L << 30;
    private static final long IDLE_MILLIS = 50;

    private final ThreadPoolExecutor threads;

    DeepThread(int callDepth) {
        long stackBytes = Math.min(BASE + callDepth * PER_CALL, MOST);
        this.threads = new ThreadPoolExecutor(
                0,
                1,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Worker(task, stackBytes));
    }

    /** The result of a task, whose unchecked exceptions go through; {@code cancel} is run when we are interrupted. */
    <T> T run(Callable<T> task, Runnable cancel) {
        if (Thread.currentThread() instanceof Worker) {
            try {
                return task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        Future<T> future = threads.submit(task);
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
