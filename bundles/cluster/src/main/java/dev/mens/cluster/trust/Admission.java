package dev.mens.cluster.trust;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/// One member's word that an identity belongs to the mesh, or no longer does.
///
/// @param name what people call the identity
/// @param sequence the higher one of two about the same identity holds
/// @param by who says so
/// @param signature of `by` over everything else and the mesh's {@link MeshSecret#tag}
public record Admission(
        PublicKey subject,
        String name,
        boolean admitted,
        long sequence,
        PublicKey by,
        byte[] signature) {
    public Admission {
        if (!MeshSettings.isName(name)) {
            throw MeshProblem.BAD_NAME.with(name);
        }
    }

    public static Admission sign(
            PublicKey subject,
            String name,
            boolean admitted,
            long sequence,
            Signer signer,
            MeshSecret secret)
            throws IOException {
        var draft =
                new Admission(subject, name, admitted, sequence, signer.publicKey(), new byte[0]);
        var signature = signer.sign(draft.signed(secret));
        return new Admission(subject, name, admitted, sequence, draft.by, signature);
    }

    public boolean isSigned(MeshSecret secret, Verifier verifier) {
        return verifier.verify(by, signed(secret), signature);
    }

    /// Whether this one replaces another about the same identity; the same for every peer.
    boolean overrides(Admission other) {
        if (sequence != other.sequence) {
            return sequence > other.sequence;
        }
        if (admitted != other.admitted) {
            return !admitted;
        }
        return Arrays.compareUnsigned(signature, other.signature) > 0;
    }

    public byte[] encode() {
        return Cbor.encode(
                Map.of(
                        "subject",
                        subject.bytes(),
                        "name",
                        name,
                        "admitted",
                        admitted ? 1L : 0L,
                        "sequence",
                        sequence,
                        "by",
                        by.bytes(),
                        "signature",
                        signature));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-facts and others
    public static Admission decode(byte[] bytes) {
        var problem = MeshProblem.BAD_FACTS;
        var fields =
                CborFields.of(
                        Cbor.decode(bytes, problem),
                        "an admission",
                        problem,
                        "subject",
                        "name",
                        "admitted",
                        "sequence",
                        "by",
                        "signature");
        return new Admission(
                new PublicKey(fields.bytes("subject")),
                fields.text("name"),
                fields.number("admitted", 1) == 1,
                fields.number("sequence", Long.MAX_VALUE - 1),
                new PublicKey(fields.bytes("by")),
                fields.bytes("signature"));
    }

    private byte[] signed(MeshSecret secret) {
        return Cbor.encode(
                Map.of(
                        "kind",
                        "mens mesh admission",
                        "mesh",
                        secret.tag(),
                        "subject",
                        subject.bytes(),
                        "name",
                        name,
                        "admitted",
                        admitted ? 1L : 0L,
                        "sequence",
                        sequence,
                        "by",
                        by.bytes()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Admission that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
