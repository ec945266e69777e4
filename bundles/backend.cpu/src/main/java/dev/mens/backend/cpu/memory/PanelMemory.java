package dev.mens.backend.cpu.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The memory that a program's weights lie in: in large pages; and if they are repacked and have a
/// name by content, kept on disk for the next start. Used by the thread that makes the program.
public final class PanelMemory implements AutoCloseable {
    /// Tensors share regions of this size, because one of two megabytes on its own seldom covers a
    /// whole large page. What is not used of a region is never touched, so it costs nothing.
    private static final long REGION = 64L << 20;

    /// Bytes of a cache line.
    private static final long LINE = 64;

    /// Bytes that one task copies.
    private static final long PIECE = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PanelMemory.class);

    private final Arena arena = Arena.ofShared();
    private final PanelShelf.@Nullable Place place;
    private final @Nullable KeptPanels kept;
    private final Map<String, MemorySegment> all = new LinkedHashMap<>();
    private MemorySegment room = MemorySegment.NULL;
    private boolean anew;
    private @Nullable Thread writer;
    private volatile boolean closing;

    private PanelMemory(PanelShelf.@Nullable Place place, @Nullable KeptPanels kept) {
        this.place = place;
        this.kept = kept;
    }

    /// Memory of which nothing is kept.
    public static PanelMemory forgetful() {
        return new PanelMemory(null, null);
    }

    static PanelMemory at(PanelShelf.Place place) {
        return new PanelMemory(place, KeptPanels.open(place.folder(), place.layout()).orElse(null));
    }

    /// The panels of a tensor, until this is closed.
    ///
    /// @param make fills them, unless an earlier start kept its work
    public MemorySegment of(String tensor, long bytes, Consumer<MemorySegment> make) {
        var panels = allocate(bytes);
        if (kept == null || !kept.read(tensor, panels)) {
            make.accept(panels);
            anew = true;
        }
        all.put(tensor, panels);
        return panels;
    }

    /// A copy of weights that are used as they are stored, until this is closed. Disk has them
    /// already, but a mapped file has small pages.
    public MemorySegment copy(MemorySegment weights) {
        long bytes = weights.byteSize();
        var copy = allocate(bytes);
        LongStream.range(0, (bytes + PIECE - 1) / PIECE)
                .parallel()
                .map(piece -> piece * PIECE)
                .forEach(
                        at ->
                                MemorySegment.copy(
                                        weights, at, copy, at, Math.min(PIECE, bytes - at)));
        return copy;
    }

    private MemorySegment allocate(long bytes) {
        long size = (bytes + LINE - 1) & -LINE;
        if (room.byteSize() < size) {
            room = LargePages.allocate(arena, Math.max(size, REGION));
        }
        var given = room.asSlice(0, bytes);
        room = room.asSlice(size);
        return given;
    }

    /// Keeps the panels if they are not on disk already. Writing goes on in the background: an
    /// answer does not wait for it.
    public void keep() throws IOException {
        if (kept != null) {
            kept.close();
        }
        if (place != null && anew) {
            writer =
                    Thread.ofPlatform()
                            .name("mens-keep-panels")
                            .daemon()
                            .inheritInheritableThreadLocals(false)
                            .start(() -> write(place));
        } else if (place != null && kept != null) {
            Files.setLastModifiedTime(place.folder(), FileTime.from(Instant.now()));
        }
    }

    private void write(PanelShelf.Place to) {
        long bytes = all.values().stream().mapToLong(MemorySegment::byteSize).sum();
        try {
            if (to.shelf().makeRoom(bytes)) {
                KeptPanels.write(to.folder(), to.layout(), all, () -> closing);
            } else {
                LOG.info("{} bytes of repacked weights are not kept: the disk is small", bytes);
            }
        } catch (IOException unwritable) {
            // The next start repacks, as this one did.
            LOG.info("Repacked weights are not kept: {}", unwritable.toString());
        }
    }

    /// Waits until everything is on disk, or cannot be.
    void awaitKept() throws InterruptedException {
        if (writer != null) {
            writer.join();
        }
    }

    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (writer != null && writer.isAlive()) {
            try {
                awaitKept();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
