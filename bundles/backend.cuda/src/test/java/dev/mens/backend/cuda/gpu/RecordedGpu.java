package dev.mens.backend.cuda.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A device that computes nothing: it writes down what it is asked for, keeps account of its
/// memory, and fails when a test says so.
public final class RecordedGpu implements Gpu {
    private final GpuFacts facts;
    private final RecordedGpus machine;
    private final Arena arena = Arena.ofShared();
    private final Map<Long, Long> allocated = new HashMap<>();
    private long next = 1L << 32;
    private boolean capturing;
    public final List<String> calls = new ArrayList<>();
    public final List<int[]> uploaded = new ArrayList<>();
    public final List<Launched> launched = new ArrayList<>();
    public boolean closed;

    RecordedGpu(GpuFacts facts, RecordedGpus machine) {
        this.facts = facts;
        this.machine = machine;
    }

    /// A launch and the bytes of its arguments.
    public record Launched(String kernel, Launch launch, ByteBuffer arguments) {}

    /// How often a call was made whose record begins so.
    public long count(String beginning) {
        return calls.stream().filter(call -> call.startsWith(beginning)).count();
    }

    private void record(String call) {
        machine.failIfAsked(call);
        calls.add((capturing ? "recorded " : "") + call);
    }

    @Override
    public GpuFacts facts() {
        return facts;
    }

    @Override
    public void enter() {}

    @Override
    public long freeBytes() {
        return machine.freeBytes(facts.ordinal());
    }

    @Override
    public long allocate(long bytes) {
        record("allocate " + bytes);
        machine.take(facts.ordinal(), bytes);
        long address = next;
        next += bytes + 255 & -256;
        allocated.put(address, bytes);
        return address;
    }

    @Override
    public void free(long address) {
        machine.give(facts.ordinal(), allocated.remove(address));
    }

    @Override
    public long reserve(long bytes) {
        long address = next;
        next += bytes;
        return address;
    }

    @Override
    public void back(long address, long bytes) {
        record("back " + bytes);
        if (bytes % BACKING_BYTES != 0) {
            throw new GpuException("back", 1, bytes + " is no multiple");
        }
        machine.take(facts.ordinal(), bytes);
        allocated.put(address, bytes);
    }

    @Override
    public MemorySegment pinned(long bytes) {
        return arena.allocate(bytes, 64);
    }

    @Override
    public void unpin(MemorySegment pinned) {}

    @Override
    public void upload(long to, MemorySegment from) {
        record("upload");
        if (from.byteSize() % Integer.BYTES == 0 && from.byteSize() < 1 << 16) {
            uploaded.add(from.toArray(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED));
        }
    }

    @Override
    public void download(MemorySegment to, long from, long bytes) {
        record("download");
        to.asSlice(0, bytes).fill((byte) 0);
    }

    @Override
    public void copy(long to, long from, long bytes) {
        record("copy");
    }

    @Override
    public void fill(long to, int value, long bytes) {
        record("fill " + bytes);
    }

    @Override
    public void load(byte[] image) {
        record("load");
    }

    @Override
    public Kernel kernel(String name, int sharedPercent) {
        return new Kernel(name, name.hashCode());
    }

    @Override
    public void share(int percent) {
        record("share " + percent);
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        record("launch " + kernel.name());
        var bytes = arguments.bytes();
        launched.add(
                new Launched(
                        kernel.name(),
                        launch,
                        ByteBuffer.allocate(bytes.remaining())
                                .order(bytes.order())
                                .put(bytes)
                                .flip()));
        if (launch.sharedBytes() > facts.sharedBytes()) {
            throw new GpuException(kernel.name(), 1, launch.sharedBytes() + " bytes shared");
        }
    }

    @Override
    public long map(Tiles tiles) {
        record("map " + tiles.extents());
        return allocate(128);
    }

    @Override
    public boolean multiplies() {
        return true;
    }

    @Override
    public void multiply(Gemm gemm) {
        record("multiply");
    }

    @Override
    public Graph capture(Runnable work) {
        record("capture");
        capturing = true;
        try {
            work.run();
        } finally {
            capturing = false;
        }
        return () -> {};
    }

    @Override
    public void launch(Graph graph) {
        record("graph");
    }

    @Override
    public Mark mark() {
        return new Mark() {
            @Override
            public void set() {}

            @Override
            public void await() {}

            @Override
            public float millisSince(Mark earlier) {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void await() {
        record("await");
    }

    @Override
    public void close() {
        closed = true;
        allocated.values().forEach(bytes -> machine.give(facts.ordinal(), bytes));
        allocated.clear();
        arena.close();
    }
}
