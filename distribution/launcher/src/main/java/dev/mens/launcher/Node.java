package dev.mens.launcher;

import dev.mens.console.Home;
import dev.mens.console.NodeProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.condition.Condition;

/// A Felix framework with the bundles of an installation, on one home.
final class Node {
    /// The condition that is registered once everything is started.
    static final String STARTED = "mens.started";

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final Framework framework;

    private Node(Framework framework) {
        this.framework = framework;
    }

    /// Starts everything and returns when it runs.
    ///
    /// @param ephemeral whether the node ends with its last client
    static Node start(Installation installation, Home home, boolean ephemeral)
            throws IOException, InterruptedException {
        new Seeds(installation, home).sow();
        var features = installation.features();
        var jars = new LinkedHashSet<Path>();
        features.forEach(f -> f.bundles().forEach(id -> jars.add(installation.jar(id))));
        jars.addAll(installation.libraries());
        var ordered = List.copyOf(jars);
        var cache = new BundleCache(home.cache());
        boolean cached = cache.holds(ordered);
        var framework =
                new FrameworkFactory()
                        .newFramework(properties(installation, home, cache, ephemeral));
        try {
            framework.init();
            if (!cached) {
                install(framework, installation, features);
                // These class data were made from other jars; the JVM makes them anew.
                Files.deleteIfExists(home.cache().resolve("client.jsa"));
                Files.deleteIfExists(home.cache().resolve("node.jsa"));
            }
            framework.start();
            if (!cached) {
                startAll(framework);
                configure(framework, features);
                cache.complete(ordered);
            }
        } catch (BundleException failure) {
            throw NodeProblem.NO_START.because(failure, failure.getMessage());
        }
        new Deployment(framework, home.deploy()).await();
        framework
                .getBundleContext()
                .registerService(
                        Condition.class,
                        Condition.INSTANCE,
                        FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, STARTED)));
        return new Node(framework);
    }

    /// Blocks until the framework has stopped.
    void await() throws InterruptedException {
        framework.waitForStop(0);
    }

    /// Asks the framework to stop and waits for it, but not for ever.
    void stop() {
        try {
            framework.stop();
            framework.waitForStop(STOP_PATIENCE.toMillis());
        } catch (BundleException | InterruptedException failure) {
            System.err.println("vox node: " + failure.getMessage());
        }
    }

    private static void install(
            Framework framework, Installation installation, List<Feature> features)
            throws BundleException {
        for (var feature : features) {
            for (var id : feature.bundles()) {
                framework
                        .getBundleContext()
                        .installBundle("reference:" + installation.jar(id).toUri());
            }
        }
    }

    private static void startAll(Framework framework) throws BundleException {
        var failures = new ArrayList<BundleException>();
        for (var bundle : framework.getBundleContext().getBundles()) {
            var revision = bundle.adapt(BundleRevision.class);
            if ((revision.getTypes() & BundleRevision.TYPE_FRAGMENT) == 0
                    && bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID
                    && bundle.getState() != Bundle.ACTIVE) {
                try {
                    bundle.start(Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException failure) {
                    failures.add(failure);
                }
            }
        }
        if (!failures.isEmpty()) {
            var first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static void configure(Framework framework, List<Feature> features) {
        var configurations = new HashMap<String, Map<String, Object>>();
        features.forEach(feature -> configurations.putAll(feature.configurations()));
        if (!configurations.isEmpty()) {
            new Configurations(framework.getBundleContext()).apply(configurations);
        }
    }

    private static Map<String, Object> properties(
            Installation installation, Home home, BundleCache cache, boolean ephemeral)
            throws IOException {
        var temporary = Files.createDirectories(home.cache().resolve("tmp"));
        var properties = new HashMap<String, Object>();
        properties.put("mens.home", home.folder().toString());
        properties.put("mens.dist", installation.folder().toString());
        properties.put("mens.ephemeral", Boolean.toString(ephemeral));
        properties.put(Constants.FRAMEWORK_STORAGE, cache.folder().toString());
        properties.put("felix.log.logger", new FrameworkLog());
        properties.put("felix.log.level", "2");
        properties.put("felix.cm.dir", home.state().resolve("configurations").toString());
        properties.put("felix.fileinstall.dir", home.deploy() + "," + home.config());
        properties.put("felix.fileinstall.poll", "250");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.fileinstall.log.level", "2");
        properties.put("felix.fileinstall.tmpdir", temporary.toString());
        // Gogo's own shell would read the node's standard input; `vox shell` starts one instead.
        properties.put("gosh.args", "--nointeractive --noshutdown --nohistory");
        properties.put("gosh.home", installation.folder().toString());
        properties.put("ds.loglevel", "warn");
        return properties;
    }
}
