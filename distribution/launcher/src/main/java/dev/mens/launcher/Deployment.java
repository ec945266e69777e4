package dev.mens.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleListener;
import org.osgi.framework.launch.Framework;

/// Waits until the bundles in the deploy folder run, so that a node that says it is ready has its
/// backends. A bundle that cannot start delays it, but does not prevent it.
final class Deployment {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Framework framework;
    private final Path folder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Deployment(Framework framework, Path folder) {
        this.framework = framework;
        this.folder = folder;
    }

    void await() throws IOException, InterruptedException {
        BundleListener wake = event -> signal();
        framework.getBundleContext().addBundleListener(wake);
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!complete() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
            framework.getBundleContext().removeBundleListener(wake);
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean complete() throws IOException {
        var waiting = new HashSet<String>();
        try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
            jars.forEach(jar -> waiting.add(jar.toFile().toURI().toString()));
        }
        Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                .forEach(bundle -> waiting.remove(bundle.getLocation()));
        return waiting.isEmpty();
    }
}
