package dev.mens.launcher;

import dev.mens.console.NodeProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One OSGi feature file: bundles by Maven id, and configurations by PID.
///
/// @param configurations by PID; `factory~name` for factories
/// @see <a href="https://docs.osgi.org/specification/osgi.cmpn/8.1.0/service.feature.html">OSGi
///     159</a>
record Feature(List<MavenId> bundles, Map<String, Map<String, Object>> configurations) {

    /// `group:artifact:version`.
    record MavenId(String group, String artifact, String version) {
        static MavenId parse(String id) {
            var parts = id.split(":");
            if (parts.length != 3) {
                throw new IllegalArgumentException(id + " is not group:artifact:version");
            }
            return new MavenId(parts[0], parts[1], parts[2]);
        }

        /// Where a repository keeps its jar.
        Path path() {
            return Path.of(group.replace('.', '/'), artifact, version, fileName());
        }

        String fileName() {
            return artifact + "-" + version + ".jar";
        }
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/node/bad-installation
    static Feature read(Path file) {
        try {
            if (!(Json.parse(Files.readString(file)) instanceof Map<?, ?> feature)) {
                throw new IllegalArgumentException("not an object");
            }
            return new Feature(bundles(feature), configurations(feature));
        } catch (IOException | IllegalArgumentException broken) {
            throw NodeProblem.BAD_INSTALLATION.because(broken, file, broken.getMessage());
        }
    }

    private static List<MavenId> bundles(Map<?, ?> feature) {
        var bundles = new ArrayList<MavenId>();
        if (feature.get("bundles") instanceof List<?> list) {
            for (var entry : list) {
                if (!(entry instanceof Map<?, ?> bundle && bundle.get("id") instanceof String id)) {
                    throw new IllegalArgumentException("a bundle has no id");
                }
                bundles.add(MavenId.parse(id));
            }
        }
        return bundles;
    }

    private static Map<String, Map<String, Object>> configurations(Map<?, ?> feature) {
        var configurations = new LinkedHashMap<String, Map<String, Object>>();
        if (feature.get("configurations") instanceof Map<?, ?> byPid) {
            byPid.forEach(
                    (pid, values) -> {
                        var properties = new LinkedHashMap<String, Object>();
                        if (values instanceof Map<?, ?> members) {
                            members.forEach((k, v) -> properties.put(k.toString(), property(v)));
                        }
                        configurations.put(pid.toString(), properties);
                    });
        }
        return configurations;
    }

    private static Object property(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list -> list.stream().map(String::valueOf).toArray(String[]::new);
            default -> value;
        };
    }
}
