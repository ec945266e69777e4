package dev.mens.crypto;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.osgi.annotation.versioning.ProviderType;

/// This node's identity in the form that TLS takes. Nobody vouches for it: whoever meets it decides
/// by the key alone.
@ProviderType
public interface IdentityCertificate {

    /// A certificate of the node's own key, signed by that key, valid for ever.
    ///
    /// @throws dev.mens.diagnostics.ProblemException as {@link Signer#publicKey}
    X509Certificate certificate() throws IOException;

    /// A handle by which TLS has this node sign; it holds no key.
    PrivateKey handle();

    /// Whose certificate it is.
    ///
    /// @throws CertificateException if it is of another kind of key, or not signed by its own
    PublicKey keyOf(X509Certificate certificate) throws CertificateException;
}
