package dev.mens.cluster.trust;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a node remembers of its mesh.
///
/// @param up whether it goes up again when the node starts
/// @param settings with the secret
/// @param incarnation how often it has been up
public record KeptMesh(boolean up, MeshSettings settings, long incarnation) {
    private static final FramedFile FORMAT =
            new FramedFile("MESH", 1, MeshProblem.STATE_DAMAGED, MeshProblem.STATE_DAMAGED);

    public KeptMesh with(boolean nowUp) {
        return new KeptMesh(nowUp, settings, incarnation);
    }

    public KeptMesh next() {
        return new KeptMesh(true, settings, incarnation + 1);
    }

    public static Optional<KeptMesh> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var payload = FORMAT.read(file);
        try {
            return Optional.of(decode(payload));
        } catch (ProblemException malformed) {
            throw MeshProblem.STATE_DAMAGED.because(malformed, file, malformed.facts());
        }
    }

    public void write(Path file) throws IOException {
        var payload =
                Cbor.encode(
                        Map.of(
                                "up", up ? 1L : 0L,
                                "incarnation", incarnation,
                                "name", settings.name(),
                                "node", settings.node(),
                                "secret", settings.secret().orElseThrow(),
                                "bind", settings.bind().toString(),
                                "advertised", texts(settings.advertised().stream().toList()),
                                "profile", settings.discovery().profile(),
                                "places", places(settings.discovery())));
        DurableFiles.createFolders(file.getParent());
        DurableFiles.write(file, FORMAT.frame(payload));
    }

    /// What a discovery needs to know, as texts.
    public static List<String> places(Discovery discovery) {
        return switch (discovery) {
            case Discovery.Multicast(var group) -> List.of(group.toString());
            case Discovery.StaticHosts(var hosts) -> texts(hosts);
            case Discovery.SharedFolder(var folder) -> List.of(folder.toString());
            case Discovery.Routers(var routers) -> texts(routers);
        };
    }

    private static KeptMesh decode(byte[] payload) {
        var problem = MeshProblem.BAD_FACTS;
        var fields =
                CborFields.of(
                        Cbor.decode(payload, problem),
                        "the mesh",
                        problem,
                        "up",
                        "incarnation",
                        "name",
                        "node",
                        "secret",
                        "bind",
                        "advertised",
                        "profile",
                        "places");
        var advertised = endpoints(fields.list("advertised", String.class));
        var settings =
                new MeshSettings(
                        fields.text("name"),
                        fields.text("node"),
                        discovery(fields.text("profile"), fields.list("places", String.class)),
                        Endpoint.parse(fields.text("bind"), 0),
                        advertised.stream().findFirst(),
                        Optional.of(fields.bytes("secret")),
                        List.of());
        return new KeptMesh(
                fields.number("up", 1) == 1,
                settings,
                fields.number("incarnation", Long.MAX_VALUE - 1));
    }

    public static Discovery discovery(String profile, List<String> places) {
        return switch (profile) {
            case "multicast" -> new Discovery.Multicast(endpoints(places).getFirst());
            case "static" -> new Discovery.StaticHosts(endpoints(places));
            case "folder" -> new Discovery.SharedFolder(Path.of(places.getFirst()));
            case "router" -> new Discovery.Routers(endpoints(places));
            default -> throw MeshProblem.BAD_FACTS.with("there is no profile " + profile);
        };
    }

    private static List<String> texts(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::toString).toList();
    }

    private static List<Endpoint> endpoints(List<String> texts) {
        return texts.stream().map(text -> Endpoint.parse(text, 0)).toList();
    }
}
