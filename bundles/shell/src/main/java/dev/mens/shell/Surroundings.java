package dev.mens.shell;

import dev.mens.shell.DoctorCommand.Check;
import dev.mens.shell.DoctorCommand.Status;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// What a node needs of the machine and of its home.
record Surroundings(Path home) {
    private static final long LITTLE_DISK_BYTES = 1L << 30;

    static Surroundings of(Path home) {
        return new Surroundings(home);
    }

    List<Check> checks() throws IOException {
        var checks = new ArrayList<Check>();
        checks.add(
                Check.of(
                        Runtime.version().feature() >= 25,
                        "JDK",
                        Runtime.version() + " at " + System.getProperty("java.home"),
                        "install a JDK 25 and set JAVA_HOME to it"));
        checks.add(
                Check.of(
                        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                        "Vector API",
                        "module jdk.incubator.vector",
                        "start the node with bin/vox, or with --add-modules jdk.incubator.vector"));
        checks.add(flag("--enable-native-access"));
        checks.add(Check.ok("heap", Tables.bytes(Runtime.getRuntime().maxMemory()) + " at most"));
        checks.add(owned("MENS_HOME", home));
        checks.add(owned("socket folder", home.resolve("run")));
        checks.add(disk());
        checks.addAll(removedBackends());
        return checks;
    }

    private static Check flag(String name) {
        boolean given =
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .anyMatch(argument -> argument.startsWith(name));
        return new Check(
                given ? Status.OK : Status.NOTE,
                "flag " + name,
                given ? "given" : "absent",
                given ? "" : "start the node with bin/vox");
    }

    private static Check owned(String what, Path folder) throws IOException {
        var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
        return Check.of(
                permissions.equals("rwx------"),
                what,
                folder + " " + permissions,
                "chmod 700 " + folder);
    }

    private Check disk() throws IOException {
        long free = Files.getFileStore(home).getUsableSpace();
        return Check.of(
                free >= LITTLE_DISK_BYTES,
                "disk",
                Tables.bytes(free) + " free at " + home,
                "free some space: models are large");
    }

    /// Those of the installation that somebody took out of the deploy folder: the node leaves
    /// them out from then on, which puzzles who did not mean it.
    private List<Check> removedBackends() throws IOException {
        var record = home.resolve("state/seeded.properties");
        var laid = new Properties();
        if (Files.exists(record)) {
            try (var lines = Files.newBufferedReader(record)) {
                laid.load(lines);
            }
        }
        return laid.stringPropertyNames().stream()
                .filter(jar -> !Files.exists(home.resolve("deploy").resolve(jar)))
                .sorted()
                .map(jar -> removed(jar, record))
                .toList();
    }

    private static Check removed(String jar, Path record) {
        return new Check(
                Status.NOTE,
                "deploy folder",
                jar + " was taken out",
                "to have it again, delete its line in " + record + " and start the node again");
    }
}
