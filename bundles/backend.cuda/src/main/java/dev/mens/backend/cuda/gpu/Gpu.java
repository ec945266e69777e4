package dev.mens.backend.cuda.gpu;

import java.lang.foreign.MemorySegment;

/// One context on one device. All work is queued to one stream and runs in order; a call returns
/// once its work is queued, unless it says that it waits. One thread at a time uses it.
///
/// Every method throws {@link GpuException}, also for what went wrong in work queued before.
public interface Gpu extends AutoCloseable {
    /// What memory behind reserved addresses comes in.
    long BACKING_BYTES = 2L << 20;

    GpuFacts facts();

    /// Makes the calling thread the one that uses it.
    void enter();

    /// Bytes of the device that nobody uses.
    long freeBytes();

    /// @return address of memory whose content is undefined, aligned to at least 256
    long allocate(long bytes);

    void free(long address);

    /// Addresses without memory, until {@link #close}; {@link #back} brings the memory.
    ///
    /// @return a multiple of {@link #BACKING_BYTES}
    long reserve(long bytes);

    /// Puts zeroed memory behind reserved addresses, all of it or none.
    ///
    /// @param bytes a multiple of {@link #BACKING_BYTES}
    void back(long address, long bytes);

    /// Host memory that the device copies from and to at full speed, until {@link #unpin}.
    MemorySegment pinned(long bytes);

    /// Frees pinned memory that no queued work uses any more.
    void unpin(MemorySegment pinned);

    /// @param from pinned memory, unchanged until the work is done
    void upload(long to, MemorySegment from);

    /// @param to pinned memory
    void download(MemorySegment to, long from, long bytes);

    void copy(long to, long from, long bytes);

    /// Sets `bytes` bytes to `value`.
    void fill(long to, int value, long bytes);

    /// Loads an image of kernels: a cubin, a fatbin or PTX.
    void load(byte[] image);

    /// @param sharedPercent of a processor's fast memory that is shared memory while it runs
    /// @throws IllegalArgumentException if no loaded image has it
    Kernel kernel(String name, int sharedPercent);

    /// Part of a processor's fast memory that is shared memory in launches from here on, whatever
    /// the kernels were loaded with.
    ///
    /// @param percent 0 for what they were loaded with
    void share(int percent);

    void launch(Kernel kernel, Launch launch, Arguments arguments);

    /// What kernels need to have the copy engine bring tiles, on devices that have one.
    ///
    /// @return address of a `CUtensorMap`, until {@link #close}
    long map(Tiles tiles);

    /// Whether {@link #multiply} has a library to do it.
    boolean multiplies();

    /// Multiplies large matrices with the vendor's library.
    void multiply(Gemm gemm);

    /// Runs what `work` launches later, as often as wanted, instead of now.
    Graph capture(Runnable work);

    void launch(Graph graph);

    /// A mark in the queue.
    Mark mark();

    /// Waits until everything queued so far is done.
    void await();

    /// Frees the context with all its memory.
    @Override
    void close();

    /// Captured work; it stays valid as long as the addresses in it do.
    interface Graph extends AutoCloseable {
        @Override
        void close();
    }

    /// A place in the queue that can be waited for.
    interface Mark extends AutoCloseable {

        /// Moves the mark to the end of the queue.
        void set();

        /// Waits until the work before the mark is done.
        void await();

        /// Milliseconds on the device between an earlier mark and this one; both must be passed.
        float millisSince(Mark earlier);

        @Override
        void close();
    }

    /// A function on the device.
    ///
    /// @param handle of the driver
    record Kernel(String name, long handle) {}

    /// How many threads run, and what they share.
    ///
    /// @param x blocks; `y`, `z` likewise
    /// @param threads of each block
    /// @param sharedBytes dynamic shared memory of each block
    /// @param early whether it may start while the kernel before still ends; such a kernel waits
    ///     by itself before it reads what that one writes (`griddepcontrol`)
    /// @param cluster blocks along x that reach each other's shared memory, where devices can
    record Launch(int x, int y, int z, int threads, int sharedBytes, boolean early, int cluster) {
        public static Launch of(int x, int threads) {
            return new Launch(x, 1, 1, threads, 0, false, 1);
        }

        /// The same, but only once the kernel before has ended.
        public Launch late() {
            return new Launch(x, y, z, threads, sharedBytes, false, cluster);
        }
    }
}
