package dev.mens.cluster.relay;

import dev.mens.cluster.gate.Frames;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/// What a router and a peer that has registered with it tell each other.
sealed interface Notice {

    /// Router: who is registered for the same mesh.
    record Members(List<Endpoint> places) implements Notice {}

    /// Router: somebody dials; the peer answers on a new connection that names the call.
    record Call(byte[] id) implements Notice {}

    /// Either side: still there.
    record Alive() implements Notice {}

    /// Router, to the two ends of a call: from now on, everything is passed on.
    record Connected() implements Notice {}

    default void write(OutputStream out) throws IOException {
        var fields =
                switch (this) {
                    case Members(var places) -> fields("members", places, new byte[0]);
                    case Call(var id) -> fields("call", List.of(), id);
                    case Alive() -> fields("alive", List.of(), new byte[0]);
                    case Connected() -> fields("connected", List.of(), new byte[0]);
                };
        Frames.write(out, Cbor.encode(fields));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-facts
    static Notice read(InputStream in) throws IOException {
        var problem = MeshProblem.BAD_FACTS;
        var fields =
                CborFields.of(
                        Cbor.decode(Frames.read(in), problem),
                        "a notice",
                        problem,
                        "kind",
                        "places",
                        "id");
        return switch (fields.text("kind")) {
            case "members" ->
                    new Members(
                            fields.list("places", String.class).stream()
                                    .map(text -> Endpoint.parse(text, 0))
                                    .toList());
            case "call" -> new Call(fields.bytes("id"));
            case "alive" -> new Alive();
            case "connected" -> new Connected();
            default -> throw problem.with("a router says " + fields.text("kind"));
        };
    }

    private static Map<String, Object> fields(String kind, List<Endpoint> places, byte[] id) {
        return Map.of(
                "kind", kind,
                "places", places.stream().map(Endpoint::toString).toList(),
                "id", id);
    }
}
