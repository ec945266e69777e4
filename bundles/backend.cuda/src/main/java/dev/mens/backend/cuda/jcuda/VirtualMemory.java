package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Addresses that get their memory later, and the memory behind them. It belongs to no context, so
/// it is given back one by one. JCuda passes the structures of these calls wrongly.
final class VirtualMemory implements AutoCloseable {
    // struct CUmemAllocationProp: type, handle types, location {type, id}, 16 bytes of other
    // things.
    private static final int PROPERTY_BYTES = 32;
    private static final int PINNED = 1;

    // struct CUmemAccessDesc: location {type, id}, flags.
    private static final int ACCESS_BYTES = 12;
    private static final int ON_DEVICE = 1;
    private static final int READ_AND_WRITE = 3;

    private final DriverLibrary library;
    private final MemorySegment property;
    private final MemorySegment access;
    private final MemorySegment out;
    private final List<Block> reserved = new ArrayList<>();
    private final List<Block> mapped = new ArrayList<>();

    private record Block(long address, long bytes) {}

    VirtualMemory(DriverLibrary library, Arena arena, int device) {
        this.library = library;
        property = arena.allocate(PROPERTY_BYTES, 8);
        property.set(JAVA_INT, 0, PINNED);
        property.set(JAVA_INT, 8, ON_DEVICE);
        property.set(JAVA_INT, 12, device);
        access = arena.allocate(ACCESS_BYTES, 8);
        access.set(JAVA_INT, 0, ON_DEVICE);
        access.set(JAVA_INT, 4, device);
        access.set(JAVA_INT, 8, READ_AND_WRITE);
        out = arena.allocate(JAVA_LONG);
    }

    long reserve(long bytes) {
        library.check(library.addressReserve, out, bytes, 0L, 0L, 0L);
        long address = out.get(JAVA_LONG, 0);
        reserved.add(new Block(address, bytes));
        return address;
    }

    void back(long address, long bytes) {
        library.check(library.memoryCreate, out, bytes, property, 0L);
        long memory = out.get(JAVA_LONG, 0);
        try {
            library.check(library.memoryMap, address, bytes, 0L, memory, 0L);
            mapped.add(new Block(address, bytes));
            library.check(library.setAccess, address, bytes, access, 1L);
        } finally {
            // The mapping keeps the memory.
            library.check(library.memoryRelease, memory);
        }
    }

    /// Does not ask whether it worked: the context may be lost.
    @Override
    public void close() {
        mapped.forEach(block -> library.code(library.memoryUnmap, block.address(), block.bytes()));
        reserved.forEach(
                block -> library.code(library.addressFree, block.address(), block.bytes()));
    }
}
