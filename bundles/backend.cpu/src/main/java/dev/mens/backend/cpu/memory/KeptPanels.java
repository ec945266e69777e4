package dev.mens.backend.cpu.memory;

import dev.mens.backend.cpu.CpuProblem;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The panels of one bundle in one layout on disk: `LAYOUT.panels`, and `LAYOUT.index` that says
/// what it holds (docs/formats.md). They are read, not mapped: file pages are small, and decoding
/// from large ones is half as fast again.
///
/// Nothing here is believed: each piece is checked as it is read, and what fails is made anew.
final class KeptPanels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptPanels.class);

    private final PanelIndex index;
    private final FileChannel data;

    private KeptPanels(PanelIndex index, FileChannel data) {
        this.index = index;
        this.data = data;
    }

    /// @return empty if there are none that are of use
    static Optional<KeptPanels> open(Path folder, String layout) {
        try {
            var index = PanelIndex.read(index(folder, layout));
            var data = FileChannel.open(data(folder, layout), StandardOpenOption.READ);
            return Optional.of(new KeptPanels(index, data));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | ProblemException unusable) {
            LOG.warn("{}", unusable.getMessage());
            return Optional.empty();
        }
    }

    /// Fills memory with a tensor's panels.
    ///
    /// @return false if they are not there as they were written; the memory then holds anything
    boolean read(String tensor, MemorySegment panels) {
        var entry = index.tensors().get(tensor);
        if (entry == null || entry.bytes() != panels.byteSize()) {
            return false;
        }
        boolean sound =
                IntStream.range(0, entry.checksums().length)
                        .parallel()
                        .allMatch(piece -> read(entry, piece, panels));
        if (!sound) {
            LOG.warn("{}", CpuProblem.UNUSABLE_PANELS.with("those of " + tensor).getMessage());
        }
        return sound;
    }

    private boolean read(PanelIndex.Entry entry, int piece, MemorySegment panels) {
        var into = piece(panels, piece);
        long at = entry.offset() + (long) piece * PanelIndex.PIECE;
        try {
            while (into.hasRemaining()) {
                int count = data.read(into, at + into.position());
                if (count < 0) {
                    return false;
                }
            }
        } catch (IOException unreadable) {
            return false;
        }
        return checksum(into.flip()) == entry.checksums()[piece];
    }

    @Override
    public void close() throws IOException {
        data.close();
    }

    /// Writes panels, so that the next {@link #open} finds them.
    ///
    /// @param stopped asked between pieces; what was written is then removed
    static void write(
            Path folder, String layout, Map<String, MemorySegment> panels, BooleanSupplier stopped)
            throws IOException {
        // What other builds and interrupted writers left: nobody will read it.
        DurableFiles.deleteTree(folder);
        Files.createDirectories(folder);
        var draft = Files.createTempFile(folder, ".draft-", "");
        try {
            var entries = new LinkedHashMap<String, PanelIndex.Entry>();
            try (var file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                for (var tensor : panels.entrySet()) {
                    entries.put(tensor.getKey(), append(file, tensor.getValue(), stopped));
                }
            }
            if (!stopped.getAsBoolean()) {
                Files.move(draft, data(folder, layout), StandardCopyOption.ATOMIC_MOVE);
                new PanelIndex(entries).write(index(folder, layout));
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static PanelIndex.Entry append(
            FileChannel file, MemorySegment panels, BooleanSupplier stopped) throws IOException {
        long offset = file.position();
        var checksums = new int[PanelIndex.Entry.pieces(panels.byteSize())];
        for (int piece = 0; piece < checksums.length && !stopped.getAsBoolean(); piece++) {
            var bytes = piece(panels, piece);
            checksums[piece] = checksum(bytes.duplicate());
            while (bytes.hasRemaining()) {
                int _ = file.write(bytes);
            }
        }
        return new PanelIndex.Entry(offset, panels.byteSize(), checksums);
    }

    private static ByteBuffer piece(MemorySegment panels, int piece) {
        long from = (long) piece * PanelIndex.PIECE;
        long bytes = Math.min(PanelIndex.PIECE, panels.byteSize() - from);
        return panels.asSlice(from, bytes).asByteBuffer();
    }

    private static int checksum(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static Path index(Path folder, String layout) {
        return folder.resolve(layout + ".index");
    }

    private static Path data(Path folder, String layout) {
        return folder.resolve(layout + ".panels");
    }
}
