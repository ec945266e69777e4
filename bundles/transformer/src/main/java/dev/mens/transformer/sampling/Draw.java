package dev.mens.transformer.sampling;

/// Random numbers by position: the n-th token of a stream is drawn with the same number wherever
/// and whenever it is drawn, so that a stream can move.
///
/// @see <a href="https://dl.acm.org/doi/10.1145/2714064.2660195">Steele et al. 2014, SplitMix</a>
final class Draw {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private Draw() {}

    /// @return from 0, inclusive, to 1, exclusive
    static double uniform(long seed, long position) {
        long mixed = mix(mix(seed + GOLDEN_GAMMA) + GOLDEN_GAMMA * (position + 1));
        return (mixed >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
