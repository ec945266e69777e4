package dev.mens.itests.runtime;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;

import dev.mens.console.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.CompositeOption;
import org.ops4j.pax.exam.options.DefaultCompositeOption;

/// A framework with the shipped features on an empty home, as the launcher starts it.
final class NodeUnderTest {
    private NodeUnderTest() {}

    static Option[] with(String name) throws IOException {
        var features = new ShippedFeatures(Path.of(System.getProperty("mens.dist")));
        var home = new Home(Path.of("target", "homes", name).toAbsolutePath());
        home.create();
        for (var seed : features.seeds()) {
            var target = home.deploy().resolve(seed.getFileName());
            Files.copy(seed, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return options(
                junitBundles(),
                cleanCaches(true),
                installed(features.installed()),
                frameworkProperty("mens.home").value(home.folder().toString()),
                frameworkProperty("mens.dist").value(System.getProperty("mens.dist")),
                frameworkProperty("felix.cm.dir")
                        .value(home.state().resolve("configurations").toString()),
                frameworkProperty("felix.fileinstall.dir").value(home.deploy().toString()),
                frameworkProperty("felix.fileinstall.poll").value("250"),
                frameworkProperty("felix.fileinstall.noInitialDelay").value("true"),
                frameworkProperty("felix.fileinstall.log.level").value("2"),
                frameworkProperty("gosh.home").value(System.getProperty("mens.dist")),
                frameworkProperty("gosh.args").value("--nointeractive --noshutdown --nohistory"));
    }

    private static CompositeOption installed(List<Path> jars) {
        var all = new DefaultCompositeOption();
        for (var jar : jars) {
            all.add(bundle(jar.toUri().toString()));
        }
        return all;
    }
}
