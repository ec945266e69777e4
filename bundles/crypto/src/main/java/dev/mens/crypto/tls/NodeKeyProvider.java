package dev.mens.crypto.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;

/// Lets TLS sign with a {@link NodeKey}: the JDK asks its providers for one that takes the key.
final class NodeKeyProvider extends Provider {
    private static final long serialVersionUID = 1L;

    static final String NAME = "MensNodeKey";

    NodeKeyProvider() {
        super(NAME, "1", "Signs with the node's identity");
        putService(new Ed25519Service(this));
    }

    private static final class Ed25519Service extends Service {
        Ed25519Service(Provider provider) {
            super(
                    provider,
                    "Signature",
                    "Ed25519",
                    NodeSignature.class.getName(),
                    List.of(),
                    Map.of("SupportedKeyClasses", NodeKey.class.getName()));
        }

        @Override
        public Object newInstance(Object parameter) {
            return new NodeSignature();
        }
    }

    /// Collects what is to be signed; Ed25519 wants it whole.
    private static final class NodeSignature extends SignatureSpi {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private NodeKey key;

        @Override
        protected void engineInitSign(PrivateKey signing) throws InvalidKeyException {
            if (!(signing instanceof NodeKey node)) {
                throw new InvalidKeyException("not the node's key");
            }
            key = node;
            message.reset();
        }

        @Override
        protected void engineInitVerify(PublicKey verifying) throws InvalidKeyException {
            throw new InvalidKeyException("signs only");
        }

        @Override
        protected void engineUpdate(byte octet) {
            message.write(octet);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int from, int count) {
            message.write(bytes, from, count);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            try {
                return key.signer().sign(message.toByteArray());
            } catch (IOException unreadable) {
                throw new SignatureException(unreadable);
            } finally {
                message.reset();
            }
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            throw new SignatureException("signs only");
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new InvalidParameterException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new InvalidParameterException(name);
        }
    }
}
