package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/// What one TLS 1.3 connection of this Java carries over loopback: the most that a transport over
/// it can.
final class TlsRate {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int BLOCK = 1 << 16;

    private final SSLContext context;

    TlsRate() throws IOException, InterruptedException {
        try {
            var keys = KeyStore.getInstance(keyStore().toFile(), PASSWORD);
            var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(keys);
            context = SSLContext.getInstance("TLSv1.3");
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static Path keyStore() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("tls");
        var store = folder.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Processes.output(
                new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "Ed25519",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString()));
        return store;
    }

    double bytesPerSecond(long bytes) throws IOException, InterruptedException {
        try (var server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var client =
                        context.getSocketFactory()
                                .createSocket("localhost", server.getLocalPort())) {
            Future<?> sent = threads.submit(() -> send(server, bytes));
            var in = client.getInputStream();
            var block = new byte[BLOCK];
            client.getOutputStream().write(1);
            long begun = System.nanoTime();
            for (long done = 0; done < bytes; ) {
                int count = in.read(block);
                if (count < 0) {
                    throw new IOException("the connection ended early");
                }
                done += count;
            }
            double rate = bytes * 1e9 / (System.nanoTime() - begun);
            sent.cancel(true);
            return rate;
        }
    }

    private static Void send(SSLServerSocket server, long bytes) throws IOException {
        try (var socket = server.accept()) {
            int _ = socket.getInputStream().read();
            var out = socket.getOutputStream();
            var block = new byte[BLOCK];
            for (long done = 0; done < bytes; done += block.length) {
                out.write(block);
            }
            out.flush();
            // The reader closes first.
            int _ = socket.getInputStream().read();
        }
        return null;
    }
}
