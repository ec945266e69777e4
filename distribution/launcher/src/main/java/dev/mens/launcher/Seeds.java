package dev.mens.launcher;

import dev.mens.console.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.zip.CRC32C;

/// Lays the distribution's hot-swappable bundles into a node's deploy folder, once. What a user
/// removed stays away, what a user replaced stays, and what a user left alone follows upgrades.
final class Seeds {
    private final Installation installation;
    private final Home home;

    Seeds(Installation installation, Home home) {
        this.installation = installation;
        this.home = home;
    }

    void sow() throws IOException {
        var recordFile = home.state().resolve("seeded.properties");
        var before = read(recordFile);
        var after = new LinkedHashMap<String, String>();
        for (var id : installation.seeds().bundles()) {
            var name = id.artifact() + ".jar";
            after.put(name, sow(name, installation.jar(id), before.get(name)));
        }
        for (var gone : before.entrySet()) {
            var target = home.deploy().resolve(gone.getKey());
            if (!after.containsKey(gone.getKey())
                    && Files.exists(target)
                    && fingerprint(target).equals(gone.getValue())) {
                Files.delete(target);
            }
        }
        if (!after.equals(before)) {
            write(recordFile, after);
        }
    }

    /// @param recorded fingerprint of what was sown before, or null
    /// @return fingerprint to record
    private String sow(String name, Path source, @org.jspecify.annotations.Nullable String recorded)
            throws IOException {
        var target = home.deploy().resolve(name);
        var offered = fingerprint(source);
        boolean untouched =
                recorded == null
                        ? !Files.exists(target)
                        : Files.exists(target) && fingerprint(target).equals(recorded);
        if (untouched && !offered.equals(recorded)) {
            var copy = home.cache().resolve(name);
            Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return untouched || recorded == null ? offered : recorded;
    }

    /// Tells whether a file was changed; no defence against forgery.
    private static String fingerprint(Path file) throws IOException {
        var sum = new CRC32C();
        var bytes = Files.readAllBytes(file);
        sum.update(bytes);
        return Long.toHexString(sum.getValue()) + "-" + bytes.length;
    }

    private static Map<String, String> read(Path file) throws IOException {
        var recorded = new LinkedHashMap<String, String>();
        if (Files.exists(file)) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties.forEach((name, value) -> recorded.put((String) name, (String) value));
        }
        return recorded;
    }

    private static void write(Path file, Map<String, String> recorded) throws IOException {
        var lines = new StringBuilder();
        recorded.forEach(
                (name, value) -> lines.append(name).append('=').append(value).append('\n'));
        Files.writeString(file, lines);
    }
}
