package dev.mens.cluster.gate;

import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/// What the two ends of a connection say before anything else, inside TLS: versions, then who wants
/// what and the proof of the secret, then the answer. Nothing of a stranger gets further.
final class Greeting {
    /// What {@link #hello} and {@link #answer} mean. A version that is not understood any more
    /// raises OLDEST.
    static final int NEWEST = 1;

    static final int OLDEST = 1;

    private static final int MAX_WORD = 40;
    private static final String MAGIC = "mens mesh";
    private static final String CALLER = "caller";
    private static final String HOST = "host";

    private final SSLSocket socket;
    private final Socket transport;
    private final Tls tls;
    private final House house;
    private final Hashing hashing;
    private final String software;
    private final Clock clock;

    Greeting(SSLSocket socket, Socket transport, House house, Station station) {
        this.socket = socket;
        this.transport = transport;
        this.tls = station.tls();
        this.house = house;
        this.hashing = station.hashing();
        this.software = station.software();
        this.clock = station.clock();
    }

    /// Greets whoever was dialled.
    ///
    /// @param expected whom to insist on
    Guest call(Purpose purpose, byte[] detail, MeshSecret secret, Optional<PeerId> expected)
            throws IOException {
        socket.startHandshake();
        var key = tls.peer(socket);
        var id = PeerId.of(key, hashing);
        if (expected.isPresent() && !expected.get().equals(id)) {
            throw MeshProblem.OTHER_IDENTITY.with(
                    socket.getRemoteSocketAddress(), id.abbreviated());
        }
        var binding = Tls.binding(socket);
        long ahead = agreeOnVersion();
        send(hello(purpose, detail, secret.proof(binding, CALLER), house.introduction()));
        var answer = receive("an answer", "problem", "facts", "proof", "card", "admissions");
        if (!answer.text("problem").isEmpty()) {
            throw Refusal.of(answer.text("problem"), answer.text("facts"));
        }
        if (!secret.isProof(answer.bytes("proof"), binding, HOST)) {
            throw MeshProblem.WRONG_KEY.with();
        }
        house.admit(key, purpose, detail, introduction(answer));
        return new Guest(socket, transport, key, id, purpose, detail, ahead);
    }

    /// Greets whoever has dialled, and tells it why if it is turned away.
    Guest host() throws IOException {
        socket.startHandshake();
        var key = tls.peer(socket);
        var binding = Tls.binding(socket);
        long ahead = agreeOnVersion();
        var hello = receive("a hello", "purpose", "detail", "proof", "card", "admissions");
        try {
            var purpose =
                    Purpose.of(hello.text("purpose"))
                            .orElseThrow(() -> noPurpose(hello.text("purpose")));
            var detail = hello.bytes("detail");
            var secret = house.secret(purpose, detail);
            if (!secret.isProof(hello.bytes("proof"), binding, CALLER)) {
                throw MeshProblem.WRONG_KEY.with();
            }
            house.admit(key, purpose, detail, introduction(hello));
            house.prepare(key, purpose, detail, introduction(hello));
            send(answer("", "", secret.proof(binding, HOST), house.introduction()));
            return new Guest(
                    socket, transport, key, PeerId.of(key, hashing), purpose, detail, ahead);
        } catch (ProblemException refusal) {
            var none = House.Introduction.NONE;
            send(answer(refusal.problem().id(), refusal.facts(), new byte[0], none));
            throw refusal;
        }
    }

    /// @return how far the other clock is ahead, in milliseconds
    private long agreeOnVersion() throws IOException {
        send(
                Map.of(
                        "magic",
                        MAGIC,
                        "oldest",
                        (long) OLDEST,
                        "newest",
                        (long) NEWEST,
                        "software",
                        software,
                        "time",
                        clock.millis()));
        var theirs = receive("a greeting", "magic", "oldest", "newest", "software", "time");
        if (!theirs.text("magic").equals(MAGIC)) {
            throw new IOException("it speaks another protocol");
        }
        long oldest = theirs.number("oldest", Integer.MAX_VALUE);
        long newest = theirs.number("newest", Integer.MAX_VALUE);
        if (oldest > NEWEST || newest < OLDEST) {
            throw MeshProblem.OTHER_VERSION.with(
                    software,
                    range(OLDEST, NEWEST),
                    Printable.of(theirs.text("software"), MAX_WORD),
                    range(oldest, newest));
        }
        return theirs.number("time", Long.MAX_VALUE) - clock.millis();
    }

    private static String range(long oldest, long newest) {
        return oldest == newest
                ? "version " + newest
                : "versions %d to %d".formatted(oldest, newest);
    }

    private static Map<String, Object> hello(
            Purpose purpose, byte[] detail, byte[] proof, House.Introduction introduction) {
        return Map.of(
                "purpose", purpose.wire(),
                "detail", detail,
                "proof", proof,
                "card", introduction.card(),
                "admissions", introduction.admissions());
    }

    private static Map<String, Object> answer(
            String problem, String facts, byte[] proof, House.Introduction introduction) {
        return Map.of(
                "problem", problem,
                "facts", facts,
                "proof", proof,
                "card", introduction.card(),
                "admissions", introduction.admissions());
    }

    private static House.Introduction introduction(CborFields fields) {
        return new House.Introduction(
                fields.bytes("card"), fields.list("admissions", byte[].class));
    }

    private static ProblemException noPurpose(String wire) {
        return MeshProblem.NO_PROTOCOL.with("this node", Printable.of(wire, MAX_WORD));
    }

    private void send(Map<String, Object> message) throws IOException {
        Frames.write(socket.getOutputStream(), Cbor.encode(message));
    }

    private CborFields receive(String what, String... fields) throws IOException {
        var decoded = Cbor.decode(Frames.read(socket.getInputStream()), MeshProblem.BAD_FACTS);
        return CborFields.of(decoded, what, MeshProblem.BAD_FACTS, fields);
    }
}
