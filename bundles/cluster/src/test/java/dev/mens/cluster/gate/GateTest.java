package dev.mens.cluster.gate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.cluster.TestIdentity;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.crypto.tls.SelfSignedCertificate;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import dev.mens.storage.Cbor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final byte[] DETAIL = {1, 2, 3};

    private final Hashes hashes = new Hashes();
    private final TestIdentity identity = new TestIdentity();
    private final SelfSignedCertificate certificate =
            new SelfSignedCertificate(identity, new Ed25519Verifier());
    private final Refusals refusals = new Refusals();
    private final Echo house = new Echo();
    private Station station;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        station = new Station(new Tls(certificate), hashes, "1.2.3", Clock.systemUTC());
        gate = new Gate(new Endpoint("127.0.0.1", 0), station, refusals);
        gate.open(house);
    }

    @AfterEach
    void close() {
        gate.close();
    }

    @Test
    void whoever_knows_the_secret_and_is_admitted_is_served() throws IOException {
        var guest = call(secret(0), Optional.of(PeerId.of(identity.publicKey(), hashes)));
        try (var socket = guest.socket()) {
            socket.getOutputStream().write(42);
            socket.getOutputStream().flush();
            assertEquals(42, socket.getInputStream().read());
        }
    }

    @Test
    void whoever_has_another_secret_is_told_so_and_counted() {
        assertRefused(MeshProblem.WRONG_KEY, () -> call(secret(1), Optional.empty()));
        assertCounted(MeshProblem.WRONG_KEY);
    }

    @Test
    void whoever_is_not_admitted_is_told_so_and_counted() {
        house.admits = false;
        assertRefused(MeshProblem.NOT_ADMITTED, () -> call(secret(0), Optional.empty()));
        assertCounted(MeshProblem.NOT_ADMITTED);
    }

    @Test
    void a_caller_notices_that_somebody_else_answers() {
        var other = Optional.of(PeerId.of(new TestIdentity().publicKey(), hashes));
        assertRefused(MeshProblem.OTHER_IDENTITY, () -> call(secret(0), other));
    }

    @Test
    void a_caller_from_the_future_learns_what_is_spoken_here() throws IOException {
        try (var tcp = new Socket("127.0.0.1", gate.listening().port());
                var socket = station.tls().client(tcp, "127.0.0.1", tcp.getPort())) {
            socket.startHandshake();
            var told = greetFromTheFuture(socket);
            assertEquals("1.2.3", told.get("software"));
            assertEquals(1L, told.get("newest"));
            assertThrows(IOException.class, () -> Frames.read(socket.getInputStream()));
        }
        assertCounted(MeshProblem.OTHER_VERSION);
    }

    @Test
    void a_host_from_the_future_is_named_with_both_versions() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var host = Thread.ofVirtual().start(() -> hostFromTheFuture(server));
            var at = new Endpoint("127.0.0.1", server.getLocalPort());
            var caller = new Caller(station, house);
            var refusal =
                    assertThrows(
                            ProblemException.class,
                            () ->
                                    caller.call(
                                            at, Purpose.LINK, DETAIL, secret(0), Optional.empty()));
            var both =
                    MeshProblem.OTHER_VERSION.with(
                            "1.2.3", "version 1", "9.0 [2J", "versions 7 to 9");
            assertEquals(both.getMessage(), refusal.getMessage());
            host.join();
        }
    }

    private void hostFromTheFuture(ServerSocket server) {
        try (var tcp = server.accept();
                var socket = station.tls().server(tcp)) {
            socket.startHandshake();
            greetFromTheFuture(socket);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// @return what the other side has said
    private static Map<?, ?> greetFromTheFuture(SSLSocket socket) throws IOException {
        var greeting =
                Map.<String, Object>of(
                        "magic", "mens mesh",
                        "oldest", 7L,
                        "newest", 9L,
                        "software", "9.0\u001b[2J",
                        "time", 0L);
        Frames.write(socket.getOutputStream(), Cbor.encode(greeting));
        var told = Cbor.decode(Frames.read(socket.getInputStream()), MeshProblem.BAD_FACTS);
        return assertInstanceOf(Map.class, told);
    }

    @Test
    void noise_is_refused_and_the_gate_goes_on() throws IOException {
        var noise = new byte[1 << 20];
        new Random(7).nextBytes(noise);
        try (var socket = new Socket("127.0.0.1", gate.listening().port())) {
            assertThrows(
                    IOException.class,
                    () -> {
                        socket.getOutputStream().write(noise);
                        while (socket.getInputStream().read() >= 0) {
                            // An alert of TLS, then the end.
                        }
                        throw new IOException("the end");
                    });
        }
        assertCounted(MeshProblem.BAD_GREETING);
        whoever_knows_the_secret_and_is_admitted_is_served();
    }

    @Test
    void whoever_dawdles_is_cut_off_though_each_byte_comes_in_time() throws Exception {
        try (var socket = new Socket("127.0.0.1", gate.listening().port())) {
            long start = System.nanoTime();
            // The beginning of a record of TLS that never ends.
            socket.getOutputStream().write(new byte[] {22, 3, 1, 0x20, 0});
            assertThrows(
                    IOException.class,
                    () -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("cut off");
                        }
                    });
            var took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(Duration.ofSeconds(Gate.Deadline.SECONDS + 3)) < 0);
        }
        assertCounted(MeshProblem.TOO_SLOW);
    }

    @Test
    void a_flood_of_connections_is_turned_away_and_forgotten() throws Exception {
        for (int i = 0; i < 500; i++) {
            new Socket("127.0.0.1", gate.listening().port()).close();
        }
        assertCounted(MeshProblem.TOO_MANY);
    }

    private Guest call(MeshSecret secret, Optional<PeerId> expected) throws IOException {
        return new Caller(station, house)
                .call(gate.listening(), Purpose.LINK, DETAIL, secret, expected);
    }

    private MeshSecret secret(int first) {
        var bytes = new byte[32];
        bytes[0] = (byte) first;
        return new MeshSecret(bytes, hashes);
    }

    private static void assertRefused(
            MeshProblem problem, org.junit.jupiter.api.function.Executable call) {
        var refusal = assertThrows(ProblemException.class, call);
        assertEquals(problem.id(), refusal.problem().id());
    }

    /// Refusals are counted after the caller has been told.
    private void assertCounted(MeshProblem problem) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < deadline) {
            if (refusals.all().stream()
                    .map(Mesh.Refusals::reason)
                    .toList()
                    .contains(problem.id())) {
                return;
            }
            Thread.onSpinWait();
        }
        assertEquals(List.of(problem.id()), refusals.all());
    }

    /// Sends back what it is sent.
    private final class Echo implements House {
        private volatile boolean admits = true;

        @Override
        public MeshSecret secret(Purpose purpose, byte[] detail) {
            return GateTest.this.secret(0);
        }

        @Override
        public Introduction introduction() {
            return Introduction.NONE;
        }

        @Override
        public void admit(
                PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
            if (!admits) {
                throw MeshProblem.NOT_ADMITTED.with(key);
            }
        }

        @Override
        public void prepare(
                PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
            assertArrayEquals(DETAIL, detail);
        }

        @Override
        public void enter(Guest guest) throws IOException {
            try (var socket = guest.socket()) {
                int octet = socket.getInputStream().read();
                socket.getOutputStream().write(octet);
                socket.getOutputStream().flush();
            }
        }
    }
}
