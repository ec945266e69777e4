package dev.mens.shell;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `vox node status` and `vox node stop`; `vox node` alone never comes here.
@Component(service = Noun.class)
@GogoCommand(
        scope = "node",
        function = {"status", "stop"})
public final class NodeCommands implements Noun {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCommands.class);

    private final BundleContext context;

    @Activate
    public NodeCommands(BundleContext context) {
        this.context = context;
    }

    @Override
    public String summary() {
        return "the node of MENS_HOME";
    }

    record Status(
            String home, long pid, boolean ephemeral, long upSeconds, int bundles, int active) {}

    @Descriptor("say how the node is")
    public Status status() {
        var bundles = context.getBundles();
        int active =
                (int)
                        Arrays.stream(bundles)
                                .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                                .count();
        return new Status(
                context.getProperty("mens.home"),
                ProcessHandle.current().pid(),
                Boolean.parseBoolean(context.getProperty("mens.ephemeral")),
                Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()).toSeconds(),
                bundles.length,
                active);
    }

    @Descriptor("stop the node")
    public String stop() {
        Thread.ofPlatform().name("stop").start(this::stopFramework);
        return "stopping";
    }

    private void stopFramework() {
        try {
            context.getBundle(0).stop();
        } catch (BundleException failure) {
            LOG.error("the node does not stop", failure);
        }
    }
}
