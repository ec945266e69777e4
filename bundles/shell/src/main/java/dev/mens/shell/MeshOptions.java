package dev.mens.shell;

import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The options of `vox mesh`, read.
///
/// @param folder where relative paths start
record MeshOptions(Path folder) {
    static final String GROUP = "232.5.6.7:7555";
    static final String LOOPBACK = "127.0.0.1:7447";

    private static final int MAX_NAME = 40;

    /// What is good for longer is a key, not an invitation.
    private static final int MAX_VALID_DAYS = 365;

    private static final int MAX_KEY_FILE_BYTES = 200;

    Discovery discovery(
            String profile,
            @Nullable String hosts,
            String group,
            @Nullable String shared,
            @Nullable String routers) {
        return switch (profile) {
            case "multicast" -> new Discovery.Multicast(endpoint(group));
            case "static" -> new Discovery.StaticHosts(endpoints(hosts));
            case "folder" -> {
                if (shared == null) {
                    throw ShellProblem.MISSING_ARGUMENT.with("--profile folder", "--folder");
                }
                yield new Discovery.SharedFolder(folder.resolve(shared).normalize());
            }
            case "router" -> new Discovery.Routers(endpoints(routers));
            default ->
                    throw ShellProblem.BAD_VALUE.with(
                            "--profile", profile, "multicast, static, folder or router");
        };
    }

    MeshSettings settings(
            String name,
            @Nullable String node,
            Discovery discovery,
            String bind,
            @Nullable String advertise,
            @Nullable String key,
            List<String> allowed)
            throws IOException {
        return new MeshSettings(
                name,
                node(node),
                discovery,
                endpoint(bind),
                Optional.ofNullable(advertise).map(MeshOptions::endpoint),
                key == null ? Optional.empty() : Optional.of(secret(folder.resolve(key))),
                allowed.stream().map(MeshOptions::publicKey).toList());
    }

    /// The machine's name, as far as it can name a node.
    static String node(@Nullable String given) {
        if (given != null) {
            return given;
        }
        try {
            var host = InetAddress.getLocalHost().getHostName().replaceAll("[^0-9A-Za-z._-]", "-");
            return host.matches("[0-9A-Za-z].*")
                    ? host.substring(0, Math.min(MAX_NAME, host.length()))
                    : "node";
        } catch (UnknownHostException nameless) {
            return "node";
        }
    }

    static Endpoint endpoint(String text) {
        return Endpoint.parse(text, MeshSettings.LOOPBACK.port());
    }

    static PublicKey publicKey(String hex) {
        try {
            return new PublicKey(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException notHex) {
            throw ShellProblem.BAD_VALUE.because(
                    notHex, "KEY", hex, "64 hexadecimal digits, as `vox mesh status` prints them");
        }
    }

    /// How long an invitation is good.
    ///
    /// @param text a number with `s`, `m`, `h` or `d`
    static Duration validity(String text) {
        if (text.matches("[0-9]{1,9}[smhd]")) {
            long count = Long.parseLong(text.substring(0, text.length() - 1));
            var validity =
                    switch (text.charAt(text.length() - 1)) {
                        case 's' -> Duration.ofSeconds(count);
                        case 'm' -> Duration.ofMinutes(count);
                        case 'h' -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            if (validity.toDays() <= MAX_VALID_DAYS) {
                return validity;
            }
        }
        var needed = "a number with s, m, h or d, at most " + MAX_VALID_DAYS + "d";
        throw ShellProblem.BAD_VALUE.with("--valid", text, needed);
    }

    private static byte[] secret(Path file) throws IOException {
        if (Files.size(file) > MAX_KEY_FILE_BYTES) {
            throw ShellProblem.BAD_VALUE.with("--key", file, "a file of 64 hexadecimal digits");
        }
        try {
            return HexFormat.of().parseHex(Files.readString(file).strip());
        } catch (IllegalArgumentException notHex) {
            throw ShellProblem.BAD_VALUE.because(
                    notHex, "--key", file, "a file of 64 hexadecimal digits");
        }
    }

    private static List<Endpoint> endpoints(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(","))
                        .map(String::strip)
                        .map(MeshOptions::endpoint)
                        .toList();
    }
}
