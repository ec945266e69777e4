package dev.mens.cluster.facts;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.PeerId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// One part of what peers say of themselves in the shared state. It is verified and decoded once,
/// until it changes: every prompt asks for it, and a signature takes longer than all the rest.
/// Thread-safe.
final class Said<T> {
    private static final int MAX_REMEMBERED = 256;

    private final Function<PeerId, byte[]> keys;
    private final Function<byte[], T> decoding;
    private final Verifier verifier;
    private final Hashing hashing;
    private final Map<PeerId, Read<T>> remembered =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<PeerId, Read<T>> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    /// @param what empty if it was not sound
    private record Read<T>(byte[] key, byte[] value, Optional<T> what) {}

    /// @param keys under which the state has it, by peer
    Said(
            Function<PeerId, byte[]> keys,
            Function<byte[], T> decoding,
            Verifier verifier,
            Hashing hashing) {
        this.keys = keys;
        this.decoding = decoding;
        this.verifier = verifier;
        this.hashing = hashing;
    }

    /// What a peer says. Only what it has signed itself counts, and only if it is sound.
    ///
    /// @param state values by key
    Optional<T> by(PeerId peer, Function<byte[], Optional<byte[]>> state) {
        Read<T> known;
        synchronized (remembered) {
            known = remembered.get(peer);
        }
        var key = known == null ? keys.apply(peer) : known.key();
        var value = state.apply(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (known == null || !Arrays.equals(known.value(), value.get())) {
            known = new Read<>(key, value.get(), read(peer, key, value.get()));
            synchronized (remembered) {
                remembered.put(peer, known);
            }
        }
        return known.what();
    }

    private Optional<T> read(PeerId peer, byte[] key, byte[] value) {
        try {
            return Signed.read(key, value, verifier)
                    .filter(signed -> PeerId.of(signed.by(), hashing).equals(peer))
                    .map(signed -> decoding.apply(signed.body()));
        } catch (ProblemException unsound) {
            return Optional.empty();
        }
    }
}
