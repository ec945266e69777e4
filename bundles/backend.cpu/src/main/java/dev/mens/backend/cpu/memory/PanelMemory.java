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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The memory that a program's repacked weights lie in: in large pages, and kept on disk for the
/// next start if the weights have a name by content. Used by the thread that makes the program.
public final class PanelMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PanelMemory.class);

    private final Arena arena = Arena.ofShared();
    private final PanelShelf.@Nullable Place place;
    private final @Nullable KeptPanels kept;
    private final Map<String, MemorySegment> all = new LinkedHashMap<>();
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
        var panels = LargePages.allocate(arena, bytes);
        if (kept == null || !kept.read(tensor, panels)) {
            make.accept(panels);
            anew = true;
        }
        all.put(tensor, panels);
        return panels;
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
