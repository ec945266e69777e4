package dev.mens.cluster.facts;

import dev.mens.crypto.Verifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Remembers which values of the shared state are well signed: every prompt reads the facts about
/// all peers several times, and a signature takes longer than all the rest of that. Thread-safe.
final class Verified {
    /// The three parts of what some eighty peers say.
    private static final int MAX_REMEMBERED = 256;

    private final Verifier verifier;
    private final Map<ByteBuffer, Read> remembered =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Read> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    private record Read(byte[] value, Optional<Signed> signed) {}

    Verified(Verifier verifier) {
        this.verifier = verifier;
    }

    /// As {@link Signed#read}.
    Optional<Signed> read(byte[] key, byte[] value) {
        var name = ByteBuffer.wrap(key);
        Read known;
        synchronized (remembered) {
            known = remembered.get(name);
        }
        if (known == null || !Arrays.equals(known.value(), value)) {
            known = new Read(value, Signed.read(key, value, verifier));
            synchronized (remembered) {
                remembered.put(name, known);
            }
        }
        return known.signed();
    }
}
