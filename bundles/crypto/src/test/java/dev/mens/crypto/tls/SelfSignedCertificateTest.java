package dev.mens.crypto.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.identity.Ed25519Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SelfSignedCertificateTest {
    private final SelfSignedCertificate ours =
            new SelfSignedCertificate(new NewIdentity(), new Ed25519Verifier());

    @AfterEach
    void forget() {
        ours.forget();
    }

    @Test
    void a_certificate_names_the_key_it_is_signed_by() throws Exception {
        var certificate = ours.certificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity();
        var key = ours.keyOf(certificate);
        assertEquals("CN=" + key, certificate.getSubjectX500Principal().getName());
    }

    @Test
    void a_certificate_of_another_kind_of_key_is_nobody_s() throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        var authorities = java.nio.file.Path.of(System.getProperty("java.home"), "lib/security");
        try (var file = java.nio.file.Files.newInputStream(authorities.resolve("cacerts"))) {
            store.load(file, null);
        }
        var authority = (X509Certificate) store.getCertificate(store.aliases().nextElement());
        assertThrows(CertificateException.class, () -> ours.keyOf(authority));
    }

    @Test
    void the_handle_gives_away_no_key() {
        var handle = ours.handle();
        assertNull(handle.getEncoded());
        assertThrows(
                NotSerializableException.class,
                () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(handle));
    }

    @Test
    void tls_proves_the_keys_of_both_sides() throws Exception {
        var context = context();
        try (var server = server(context);
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var accepted =
                    tasks.submit(
                            () -> {
                                try (var socket = (SSLSocket) server.accept()) {
                                    return peer(socket);
                                }
                            });
            try (var socket = client(context, server.getLocalPort())) {
                assertEquals(ours.keyOf(ours.certificate()), peer(socket));
                assertEquals("TLSv1.3", socket.getSession().getProtocol());
            }
            assertEquals(ours.keyOf(ours.certificate()), accepted.get());
        }
    }

    private PublicKey peer(SSLSocket socket) throws Exception {
        socket.startHandshake();
        return ours.keyOf((X509Certificate) socket.getSession().getPeerCertificates()[0]);
    }

    private static SSLServerSocket server(SSLContext context) throws IOException {
        var address = InetAddress.getLoopbackAddress();
        var server =
                (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(0, 1, address);
        server.setNeedClientAuth(true);
        return server;
    }

    private static SSLSocket client(SSLContext context, int port) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        return (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
    }

    private SSLContext context() throws Exception {
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(
                new X509ExtendedKeyManager[] {new OneKey(ours.certificate(), ours.handle())},
                new TrustManager[] {new AnyIdentity(ours)},
                null);
        return context;
    }

    private static final class NewIdentity implements Signer {
        private final Ed25519PrivateKeyParameters key =
                new Ed25519PrivateKeyParameters(new SecureRandom());

        @Override
        public PublicKey publicKey() {
            return new PublicKey(key.generatePublicKey().getEncoded());
        }

        @Override
        public byte[] sign(byte[] message) {
            var signer = new Ed25519Signer();
            signer.init(true, key);
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        }
    }

    private static final class OneKey extends X509ExtendedKeyManager {
        private final X509Certificate certificate;
        private final PrivateKey handle;

        OneKey(X509Certificate certificate, PrivateKey handle) {
            this.certificate = certificate;
            this.handle = handle;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, java.security.Principal[] issuers, SSLEngine engine) {
            return "node";
        }

        @Override
        public String chooseClientAlias(
                String[] types, java.security.Principal[] issuers, Socket socket) {
            return "node";
        }

        @Override
        public String chooseServerAlias(
                String type, java.security.Principal[] issuers, Socket socket) {
            return type.equals("EdDSA") ? "node" : null;
        }

        @Override
        public String[] getClientAliases(String type, java.security.Principal[] issuers) {
            return new String[] {"node"};
        }

        @Override
        public String[] getServerAliases(String type, java.security.Principal[] issuers) {
            return new String[] {"node"};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return handle;
        }
    }

    private static final class AnyIdentity extends X509ExtendedTrustManager {
        private final SelfSignedCertificate reader;

        AnyIdentity(SelfSignedCertificate reader) {
            this.reader = reader;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            reader.keyOf(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
