package dev.mens.cluster.gate;

import dev.mens.crypto.IdentityCertificate;
import dev.mens.crypto.PublicKey;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS 1.3 in which both sides prove their Ed25519 identities. It lets every identity in; who may
/// stay is decided by the {@link Greeting} that follows, which can say why not.
public final class Tls {
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };

    /// RFC 9266: the same at both ends of one connection, and nowhere else.
    private static final String BINDING_LABEL = "EXPORTER-Channel-Binding";

    private static final int BINDING_BYTES = 32;

    private final IdentityCertificate identity;
    private final SSLContext context;

    public Tls(IdentityCertificate identity) throws IOException {
        this.identity = identity;
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new NodeKeys(identity)},
                    new TrustManager[] {new SelfSignedTrust(identity)},
                    null);
            // A resumed session would prove no key.
            context.getServerSessionContext().setSessionCacheSize(1);
            context.getClientSessionContext().setSessionCacheSize(1);
        } catch (GeneralSecurityException missing) {
            throw new IOException("this Java has no TLS 1.3", missing);
        }
    }

    /// Wraps a connected socket; the handshake is yet to come.
    SSLSocket client(Socket plain, String host, int port) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        socket.setUseClientMode(true);
        return strict(socket);
    }

    SSLSocket server(Socket plain) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        return strict(socket);
    }

    private static SSLSocket strict(SSLSocket socket) {
        socket.setEnabledProtocols(VERSIONS);
        socket.setEnabledCipherSuites(SUITES);
        return socket;
    }

    /// Whose key the other side has proved, after the handshake.
    PublicKey peer(SSLSocket socket) throws IOException {
        try {
            return identity.keyOf((X509Certificate) socket.getSession().getPeerCertificates()[0]);
        } catch (CertificateException noIdentity) {
            throw new IOException(noIdentity.getMessage(), noIdentity);
        }
    }

    static byte[] binding(SSLSocket socket) throws IOException {
        return ((ExtendedSSLSession) socket.getSession())
                .exportKeyingMaterialData(BINDING_LABEL, new byte[0], BINDING_BYTES);
    }
}
