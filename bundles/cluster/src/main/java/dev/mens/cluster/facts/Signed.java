package dev.mens.cluster.facts;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A value of the shared state: signed by the peer that it is about, for the key under which it
/// stands.
///
/// @param sequence the higher one of two holds
record Signed(PublicKey by, long sequence, byte[] body) {

    static byte[] sign(byte[] key, long sequence, byte[] body, Signer signer) throws IOException {
        var by = signer.publicKey();
        var signature = signer.sign(signed(key, by, sequence, body));
        return Cbor.encode(
                Map.of(
                        "by", by.bytes(),
                        "sequence", sequence,
                        "body", body,
                        "signature", signature));
    }

    /// @return empty if it is no value, or its signature is bad
    static Optional<Signed> read(byte[] key, byte[] value, Verifier verifier) {
        try {
            var fields = fields(value);
            var by = new PublicKey(fields.bytes("by"));
            long sequence = fields.number("sequence", Long.MAX_VALUE);
            var body = fields.bytes("body");
            boolean good =
                    verifier.verify(by, signed(key, by, sequence, body), fields.bytes("signature"));
            return good ? Optional.of(new Signed(by, sequence, body)) : Optional.empty();
        } catch (ProblemException malformed) {
            return Optional.empty();
        }
    }

    /// The later of two values of one key, whoever compares them.
    static byte[] newer(byte[] one, byte[] other) {
        return sequence(one) >= sequence(other) ? one : other;
    }

    private static long sequence(byte[] value) {
        try {
            return fields(value).number("sequence", Long.MAX_VALUE);
        } catch (ProblemException malformed) {
            return -1;
        }
    }

    private static CborFields fields(byte[] value) {
        var problem = MeshProblem.BAD_FACTS;
        var decoded = Cbor.decode(value, problem);
        return CborFields.of(decoded, "a value", problem, "by", "sequence", "body", "signature");
    }

    private static byte[] signed(byte[] key, PublicKey by, long sequence, byte[] body) {
        return Cbor.encode(List.of("mens mesh fact", key, by.bytes(), sequence, body));
    }
}
