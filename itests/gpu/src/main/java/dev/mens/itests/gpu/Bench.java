package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.gpu.Tiles;
import dev.mens.backend.cuda.program.KernelImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.SplittableRandom;

/// One device with random data on it, where single kernels are launched, timed and compared.
final class Bench implements AutoCloseable {
    /// Most bytes of one array: far more than the device caches.
    private static final long ARRAY_BYTES = 256L << 20;

    private static final long QUICK_BYTES = 8L << 20;
    private static final int ROUNDS = 20;
    private static final int COMPARED = 1 << 20;
    private static final double BAR = 1e-2;

    private final Gpu gpu;
    private final KernelImages images;
    private final MemorySegment staging;
    private final SplittableRandom random = new SplittableRandom(7);
    private final double gigabytesPerSecond;
    private final double teraflops;
    private final boolean quick;
    private boolean good = true;

    /// @param quick whether sizes are small and nothing is timed, for tools that watch every access
    Bench(Gpus gpus, GpuFacts device, boolean quick) {
        this.quick = quick;
        var limits = new Limits(gpus, device);
        gigabytesPerSecond = limits.gigabytesPerSecond();
        teraflops = quick ? 0 : limits.teraflops();
        gpu = gpus.open(device.ordinal());
        images = new KernelImages(gpu);
        staging = gpu.pinned(arrayBytes());
    }

    boolean quick() {
        return quick;
    }

    /// Most bytes of one array.
    long arrayBytes() {
        return quick ? QUICK_BYTES : ARRAY_BYTES;
    }

    GpuFacts facts() {
        return gpu.facts();
    }

    /// Whether everything that was compared was close enough.
    boolean good() {
        return good;
    }

    /// Random numbers of the normal size of activations.
    float[] normal(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /// Numbers from 0 to `bound`, exclusive.
    int[] below(int bound, int count) {
        return random.ints(count, 0, bound).toArray();
    }

    /// As bf16; what is there then is what `values` become.
    long halves(float... values) {
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]) & 0xffff_0000;
            values[i] = Float.intBitsToFloat(bits);
            staging.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
        }
        return uploaded((long) values.length * Short.BYTES, 1);
    }

    /// What was sent last, from its beginning.
    MemorySegment sent(long bytes) {
        return MemorySegment.ofArray(staging.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
    }

    /// Zeros.
    long zeros(long bytes) {
        long address = gpu.allocate(bytes);
        gpu.fill(address, 0, bytes);
        return address;
    }

    long integers(int... values) {
        MemorySegment.copy(values, 0, staging, ValueLayout.JAVA_INT, 0, values.length);
        return uploaded((long) values.length * Integer.BYTES, 1);
    }

    long floats(float... values) {
        MemorySegment.copy(values, 0, staging, ValueLayout.JAVA_FLOAT, 0, values.length);
        return uploaded((long) values.length * Float.BYTES, 1);
    }

    /// Random bits of which `kept` survive and `set` are 1.
    ///
    /// @param times how often the same bits follow each other, of at most {@link #arrayBytes}
    long random(long bytes, int times, long kept, long set) {
        for (long at = 0; at < bytes; at += Long.BYTES) {
            staging.set(ValueLayout.JAVA_LONG, at, random.nextLong() & kept | set);
        }
        return uploaded(bytes, times);
    }

    /// Blocks of a quantized format: random bits with small f16 numbers where scales are.
    long blocks(long count, int blockBytes, int... scales) {
        for (long at = 0; at < count * blockBytes; at += Long.BYTES) {
            staging.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        for (long block = 0; block < count; block++) {
            for (int scale : scales) {
                short small = (short) (0x1800 | random.nextInt(0x400));
                staging.set(ValueLayout.JAVA_SHORT, block * blockBytes + scale, small);
            }
        }
        return uploaded(count * blockBytes, 1);
    }

    private long uploaded(long bytes, int times) {
        long address = gpu.allocate(bytes * times);
        for (int i = 0; i < times; i++) {
            gpu.upload(address + i * bytes, staging.asSlice(0, bytes));
        }
        gpu.await();
        return address;
    }

    void free(long... addresses) {
        gpu.await();
        for (long address : addresses) {
            gpu.free(address);
        }
    }

    void launch(String kernel, Launch launch, Arguments arguments) {
        gpu.launch(images.kernel(kernel), launch, arguments);
    }

    long map(Tiles tiles) {
        return gpu.map(tiles);
    }

    /// The middle of many launches, in milliseconds.
    double millis(String kernel, Launch launch, Arguments arguments) {
        int rounds = quick ? 1 : ROUNDS;
        launch(kernel, launch, arguments);
        try (var before = gpu.mark();
                var after = gpu.mark()) {
            before.set();
            for (int i = 0; i < rounds; i++) {
                launch(kernel, launch, arguments);
            }
            after.set();
            after.await();
            return after.millisSince(before) / rounds;
        }
    }

    /// `‖a − b‖ / ‖b‖` of the first elements.
    ///
    /// @param single whether they are f32, not bf16
    double error(long a, long b, long count, boolean single) {
        int compared = (int) Math.min(quick ? arrayBytes() / Float.BYTES : COMPARED, count);
        return error(read(a, compared, single), read(b, compared, single));
    }

    /// The same of what a twin on the host made.
    static double error(float[] mine, float[] twin) {
        double apart = 0;
        double size = 0;
        for (int i = 0; i < twin.length; i++) {
            double difference = (double) mine[i] - twin[i];
            apart += difference * difference;
            size += (double) twin[i] * twin[i];
        }
        return Math.sqrt(apart / size);
    }

    float[] read(long address, int count, boolean single) {
        long bytes = (long) count * (single ? Float.BYTES : Short.BYTES);
        gpu.download(staging, address, bytes);
        gpu.await();
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] =
                    single
                            ? staging.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                            : Float.intBitsToFloat(
                                    staging.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
        }
        return values;
    }

    int[] readIntegers(long address, int count) {
        gpu.download(staging, address, (long) count * Integer.BYTES);
        gpu.await();
        return staging.asSlice(0, (long) count * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }

    /// Prints a line of the table.
    ///
    /// @param bytes that must be read, 0 if memory is not what bounds it
    void report(String kernel, String of, double error, double millis, double bytes) {
        print(kernel, of, error, millis, share(bytes / millis / 1e6, gigabytesPerSecond, "memory"));
    }

    /// The same of what arithmetic bounds.
    ///
    /// @param operations additions and multiplications that are wanted
    void reportProducts(String kernel, String of, double error, double millis, double operations) {
        print(kernel, of, error, millis, share(operations / millis / 1e9, teraflops, "compute"));
    }

    private void print(String kernel, String of, double error, double millis, String share) {
        boolean close = error <= BAR;
        good &= close;
        System.out.printf(
                Locale.ROOT,
                "%-20s %-34s %9.1e %s%s%n",
                kernel,
                of,
                error,
                quick ? "" : "%9.1f µs%s".formatted(millis * 1e3, share),
                close ? "" : "  <<<");
    }

    private static String share(double rate, double most, String what) {
        return rate == 0 || most == 0
                ? ""
                : " %5.1f %% of the %s limit".formatted(1e2 * rate / most, what);
    }

    @Override
    public void close() {
        gpu.close();
    }
}
