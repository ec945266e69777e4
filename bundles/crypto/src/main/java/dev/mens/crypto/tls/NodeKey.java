package dev.mens.crypto.tls;

import dev.mens.crypto.Signer;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.PrivateKey;

/// Stands for the node's private key where the JDK wants one, and holds nothing of it.
final class NodeKey implements PrivateKey {
    private static final long serialVersionUID = 1L;

    private final transient Signer signer;

    NodeKey(Signer signer) {
        this.signer = signer;
    }

    Signer signer() {
        return signer;
    }

    @Override
    public String getAlgorithm() {
        return "EdDSA";
    }

    /// Null: it cannot be encoded.
    @Override
    public String getFormat() {
        return null;
    }

    /// Null, as {@link #getFormat}.
    @Override
    public byte[] getEncoded() {
        return null;
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(NodeKey.class.getName());
    }
}
