package dev.mens.oplog.log;

import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/// Signs and verifies on all cores.
final class Signatures {
    private static final int BATCH = 512;

    private Signatures() {}

    /// @return one signature for each body, in order
    static List<byte[]> sign(List<byte[]> bodies, Signer signer) throws IOException {
        if (bodies.size() == 1) {
            return List.of(signer.sign(bodies.getFirst()));
        }
        try {
            return bodies.parallelStream().map(body -> sign(body, signer)).toList();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static byte[] sign(byte[] body, Signer signer) {
        try {
            return signer.sign(body);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return for each entry whether its author signed it
    static boolean[] verify(List<Task.Arrival> arrivals, Verifier verifier) {
        var valid = new boolean[arrivals.size()];
        // Few parts give each core large batches, which cost less for each signature.
        int part = Math.clamp(valid.length / Runtime.getRuntime().availableProcessors(), 1, BATCH);
        IntStream.range(0, (valid.length + part - 1) / part)
                .parallel()
                .forEach(
                        number -> {
                            int from = number * part;
                            int to = Math.min(from + part, valid.length);
                            var some = verifier.verifyAll(signed(arrivals.subList(from, to)));
                            System.arraycopy(some, 0, valid, from, some.length);
                        });
        return valid;
    }

    /// As {@link #verify}, for callers that keep the other cores busy themselves.
    static boolean[] verifyOnThisCore(List<Task.Arrival> arrivals, Verifier verifier) {
        return verifier.verifyAll(signed(arrivals));
    }

    private static List<Verifier.Signed> signed(List<Task.Arrival> arrivals) {
        return arrivals.stream()
                .map(
                        arrival ->
                                new Verifier.Signed(
                                        arrival.entry().author(),
                                        arrival.raw().body(),
                                        arrival.raw().signature()))
                .toList();
    }
}
