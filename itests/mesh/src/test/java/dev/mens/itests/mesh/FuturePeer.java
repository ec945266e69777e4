package dev.mens.itests.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A peer of a time to come, written after docs/decisions/0008-mesh.md and without any code of the
/// cluster: TLS 1.3 with a key of its own, then versions that no node of today speaks.
final class FuturePeer implements AutoCloseable {
    static final String SAID = "Mens 9.9.9 with versions 7 to 9";

    private static final String PASSWORD = "changeit";

    private final SSLContext tls;
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

    FuturePeer(Path folder) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(keys(folder).toFile(), PASSWORD.toCharArray());
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLSv1.3");
        var trust = new TrustManager[] {new TrustsAll()};
        tls.init(keys.getKeyManagers(), trust, new SecureRandom());
        Thread.ofVirtual().start(this::answer);
    }

    private static Path keys(Path folder) throws IOException {
        var file = folder.resolve("future.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "peer",
                                "-keyalg",
                                "Ed25519",
                                "-dname",
                                "CN=future",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(made.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, made.onExit().join().exitValue(), said);
        assertTrue(Files.exists(file), said);
        return file;
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /// Dials a node.
    ///
    /// @return what the node says of itself
    Map<?, ?> call(String at) throws IOException {
        int colon = at.lastIndexOf(':');
        int port = Integer.parseInt(at.substring(colon + 1));
        try (var tcp = new Socket(at.substring(0, colon), port);
                var socket = secured(tcp, true)) {
            return greet(socket);
        }
    }

    private void answer() {
        while (!server.isClosed()) {
            try (var tcp = server.accept();
                    var socket = secured(tcp, false)) {
                greet(socket);
            } catch (IOException turnedAway) {
                // The next one is to hear the same.
            }
        }
    }

    private SSLSocket secured(Socket tcp, boolean dials) throws IOException {
        var factory = tls.getSocketFactory();
        var socket = (SSLSocket) factory.createSocket(tcp, "127.0.0.1", tcp.getPort(), true);
        socket.setUseClientMode(dials);
        socket.setNeedClientAuth(!dials);
        socket.startHandshake();
        return socket;
    }

    private static Map<?, ?> greet(SSLSocket socket) throws IOException {
        var greeting =
                Cbor.encode(
                        Map.of(
                                "magic",
                                "mens mesh",
                                "oldest",
                                7L,
                                "newest",
                                9L,
                                "software",
                                "9.9.9",
                                "time",
                                System.currentTimeMillis()));
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(greeting.length);
        out.write(greeting);
        out.flush();
        var in = new DataInputStream(socket.getInputStream());
        var told = in.readNBytes(in.readInt());
        // Whoever understands the versions has nothing more to say.
        assertEquals(-1, in.read());
        return (Map<?, ?>) Cbor.decode(told, MeshProblem.BAD_FACTS);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /// Who the node is does not matter here.
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
