package org.sourceos.launcher.template;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * Machines restored ahead of their use, for what is launched often; part of a resident process, and gone with it.
 *
 * <p>A waiting machine has its QEMU already, so it serves only launches that need no folders and no forwarded ports. What
 * is kept is decided after each launch, by how often which machine was wanted lately; one thread restores, one machine at a
 * time, as long as there is memory for the whole of it besides a reserve.
 */
public final class Pool implements AutoCloseable {
    private static final int USED_OFTEN = 2;
    private static final int REMEMBERED = 64;
    private static final int RESERVE_MIB = 1024;
    private static final int CLOSE_SECONDS = 5;

    private final int size;
    private final Duration delay;
    private final FreeMemory memory;
    private final Map<Launchable, Wish> wishes = new HashMap<>();
    private final Map<Launchable, ArrayDeque<MicroVm>> waiting = new HashMap<>();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, Pool::thread);
    private Cancellation restoring = new Cancellation();
    private boolean scheduled;
    private boolean closed;

    /** What was launched, how, and how often lately. */
    private record Wish(int launches, Templates templates, LaunchContext context) {}

    /**
     * @param size how many machines wait at most
     * @param delay from a launch to the work that follows from it: the program begins first
     */
    public Pool(int size, Duration delay, FreeMemory memory) {
        this.size = size;
        this.delay = delay;
        this.memory = memory;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "machine-pool");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** A machine that waits for its program, now {@code owner}'s. */
    public Optional<MicroVm> take(VmSpec spec, Cancellation owner) {
        return take(Launchable.of(spec), owner);
    }

    /** The same, perhaps with its program standing still in it. */
    public Optional<MicroVm> take(Launchable spec, Cancellation owner) {
        while (true) {
            MicroVm machine;
            synchronized (this) {
                ArrayDeque<MicroVm> machines = waiting.get(spec);
                if (machines == null || machines.isEmpty()) {
                    return Optional.empty();
                }
                machine = machines.remove();
            }
            if (machine.isAlive()) {
                machine.handTo(owner);
                return Optional.of(machine);
            }
            machine.close();
        }
    }

    /** Tells of a launch; returns at once. What is waiting is brought into line in the background. */
    public void launched(VmSpec spec, Templates templates, LaunchContext context) {
        launched(Launchable.of(spec), templates, context);
    }

    /** The same of a launch with this program. */
    public void launched(Launchable spec, Templates templates, LaunchContext context) {
        if (size == 0 || !spec.canWait()) {
            return;
        }
        synchronized (this) {
            Wish before = wishes.get(spec);
            wishes.put(spec, new Wish(before == null ? 1 : before.launches() + 1, templates, context));
            if (wishes.values().stream().mapToInt(Wish::launches).sum() > REMEMBERED) {
                wishes.replaceAll((key, wish) -> new Wish(wish.launches() / 2, wish.templates(), wish.context()));
                wishes.values().removeIf(wish -> wish.launches() == 0);
            }
        }
        fill();
    }

    /** Has the pool brought into line, for instance because there is a template now. */
    public void fill() {
        synchronized (this) {
            if (!closed && !scheduled) {
                scheduled = true;
                worker.schedule(this::refill, delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void refill() {
        synchronized (this) {
            scheduled = false;
        }
        Optional<Launchable> next = next();
        while (next.isPresent() && restore(next.get())) {
            next = next();
        }
    }

    /** What should wait and does not; machines that should no longer wait are ended. */
    private Optional<Launchable> next() {
        List<MicroVm> surplus = new ArrayList<>();
        Optional<Launchable> missing;
        synchronized (this) {
            Map<Launchable, Integer> wanted = wanted();
            waiting.forEach((spec, machines) -> {
                machines.removeIf(machine -> !machine.isAlive() && surplus.add(machine));
                while (machines.size() > wanted.getOrDefault(spec, 0)) {
                    surplus.add(machines.remove());
                }
            });
            waiting.values().removeIf(ArrayDeque::isEmpty);
            missing = closed
                    ? Optional.empty()
                    : wanted.keySet().stream()
                            .filter(spec -> waiting(spec) < wanted.getOrDefault(spec, 0))
                            .filter(spec -> memory.mebibytes()
                                    > RESERVE_MIB + spec.spec().memoryMib())
                            .max(Comparator.comparingInt(spec -> launches(spec)));
        }
        surplus.forEach(MicroVm::close);
        return missing;
    }

    private int waiting(Launchable spec) {
        ArrayDeque<MicroVm> machines = waiting.get(spec);
        return machines == null ? 0 : machines.size();
    }

    private int launches(Launchable spec) {
        Wish wish = wishes.get(spec);
        return wish == null ? 0 : wish.launches();
    }

    /** One of each that is used often, the most used first; what room is left is for more of the same. */
    private Map<Launchable, Integer> wanted() {
        List<Launchable> often = wishes.keySet().stream()
                .filter(spec -> launches(spec) >= USED_OFTEN)
                .sorted(Comparator.comparingInt(this::launches).reversed())
                .toList();
        Map<Launchable, Integer> wanted = new HashMap<>();
        for (int i = 0; i < size && !often.isEmpty(); i++) {
            wanted.merge(often.get(i % often.size()), 1, Integer::sum);
        }
        return wanted;
    }

    /** False when it did not work: then there is none for now, and the next launch asks again. */
    private boolean restore(Launchable spec) {
        Wish wish;
        // Each has one of its own: what ends those that wait must not end those that were taken.
        Cancellation own = new Cancellation();
        synchronized (this) {
            wish = closed ? null : wishes.get(spec);
            restoring = own;
        }
        if (wish == null) {
            return false;
        }
        try {
            MachineStarter starter = new MachineStarter(wish.templates(), Optional.empty(), warning -> {});
            Optional<MicroVm> machine = starter.restore(spec, wish.context(), own);
            if (machine.isEmpty()) {
                return false;
            }
            if (machine.get().holdsProgram()
                    && !machine.get().rehearse(spec.program().orElseThrow().program())) {
                machine.get().close();
                return false;
            }
            synchronized (this) {
                restoring = new Cancellation();
                if (!closed) {
                    waiting.computeIfAbsent(spec, key -> new ArrayDeque<>()).add(machine.get());
                    return true;
                }
            }
            machine.get().close();
            return false;
        } catch (LaunchException | CancellationException e) {
            return false;
        }
    }

    /** How many machines wait now. */
    public synchronized int waiting() {
        return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /** Ends all that wait; what was taken is its owner's. */
    @Override
    public void close() {
        List<MicroVm> left = new ArrayList<>();
        Cancellation unfinished;
        synchronized (this) {
            closed = true;
            unfinished = restoring;
            waiting.values().forEach(left::addAll);
            waiting.clear();
        }
        left.forEach(MicroVm::close);
        unfinished.cancel();
        worker.shutdownNow();
        try {
            worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
