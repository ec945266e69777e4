package dev.mens.itests.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/// The bundle `backend.cpu` in the deploy folder, and what happens to its service.
final class Backend implements ServiceListener, AutoCloseable {
    private static final String NAME = "dev.mens.backend.cpu";
    private static final String SERVICE = "dev.mens.inference.InferenceBackend";
    private static final long PATIENCE_SECONDS = 20;

    private final BundleContext context;
    private final Path jar;
    private final Path spare;
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();

    /// @param type of {@link ServiceEvent}
    private record Change(int type, long nanos) {}

    Backend(BundleContext context)
            throws IOException, InvalidSyntaxException, InterruptedException {
        this.context = context;
        var deploy = Path.of(context.getProperty("felix.fileinstall.dir"));
        try (var jars = Files.newDirectoryStream(deploy, NAME + "*.jar")) {
            this.jar = jars.iterator().next();
        }
        this.spare = deploy.resolveSibling("spare.jar");
        Files.copy(jar, spare, StandardCopyOption.REPLACE_EXISTING);
        context.addServiceListener(this, "(objectClass=" + SERVICE + ")");
        while (context.getServiceReference(SERVICE) == null) {
            await(ServiceEvent.REGISTERED);
        }
        changes.clear();
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        changes.add(new Change(event.getType(), System.nanoTime()));
    }

    Bundle bundle() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> NAME.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    /// Updates the bundle through the framework.
    void update() throws IOException, BundleException, InterruptedException {
        try (var content = Files.newInputStream(spare)) {
            bundle().update(content);
        }
        await(ServiceEvent.REGISTERED);
    }

    /// Lays the jar into the deploy folder, over the one that may be there.
    ///
    /// @return when the file was there, in nanoseconds
    long drop() throws IOException {
        var fresh = jar.resolveSibling("fresh.part");
        Files.copy(spare, fresh, StandardCopyOption.REPLACE_EXISTING);
        // Another time than the last one, however fast this machine is.
        Files.setLastModifiedTime(fresh, FileTime.from(later()));
        Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
        return System.nanoTime();
    }

    private Instant later() throws IOException {
        return Files.exists(jar)
                ? Files.getLastModifiedTime(jar).toInstant().plusSeconds(2)
                : Instant.now();
    }

    void remove() throws IOException {
        Files.delete(jar);
    }

    /// Waits until the service has come or gone.
    ///
    /// @return when, in nanoseconds
    long await(int type) throws InterruptedException {
        while (true) {
            var change = changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (change == null) {
                throw new AssertionError("the backend's service did not change in time");
            }
            if (change.type() == type) {
                return change.nanos();
            }
        }
    }

    @Override
    public void close() {
        context.removeServiceListener(this);
    }
}
