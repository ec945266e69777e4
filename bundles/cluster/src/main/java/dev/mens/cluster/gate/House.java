package dev.mens.cluster.gate;

import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.PublicKey;
import java.io.IOException;
import java.util.List;

/// Who is behind a gate: decides whom to greet how, and what becomes of guests.
public interface House {

    /// What the other side must prove to know.
    ///
    /// @throws dev.mens.diagnostics.ProblemException if there is nothing it could prove
    MeshSecret secret(Purpose purpose, byte[] detail);

    /// What this side says of itself.
    Introduction introduction() throws IOException;

    /// Decides whether an identity that proved the secret may stay, whichever side has dialled.
    ///
    /// @throws dev.mens.diagnostics.ProblemException the reason to turn it away
    void admit(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction);

    /// Makes sure, before a caller is told that all is well, that it can be served.
    ///
    /// @throws dev.mens.diagnostics.ProblemException the reason to turn it away
    void prepare(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction)
            throws IOException;

    /// Serves a guest; its connection is closed by whoever ends up with it. Called on a virtual
    /// thread of its own.
    void enter(Guest guest) throws IOException, InterruptedException;

    /// @param card a signed {@link dev.mens.cluster.trust.Card}, or nothing
    /// @param admissions that may be news to the other side, encoded
    record Introduction(byte[] card, List<byte[]> admissions) {
        public static final Introduction NONE = new Introduction(new byte[0], List.of());

        public Introduction {
            admissions = List.copyOf(admissions);
        }
    }
}
