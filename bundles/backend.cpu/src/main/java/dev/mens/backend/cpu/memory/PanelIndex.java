package dev.mens.backend.cpu.memory;

import dev.mens.backend.cpu.CpuProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a file of panels holds: where each tensor's are, and the CRC-32C of every piece of them.
record PanelIndex(Map<String, Entry> tensors) {
    /// Bytes that are read and checked at a time.
    static final int PIECE = 1 << 20;

    private static final FramedFile FORMAT =
            new FramedFile("panl", 1, CpuProblem.UNUSABLE_PANELS, CpuProblem.OTHER_PANELS);

    PanelIndex {
        tensors = Map.copyOf(tensors);
    }

    record Entry(long offset, long bytes, int[] checksums) {
        static int pieces(long bytes) {
            return Math.toIntExact((bytes + PIECE - 1) / PIECE);
        }
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/cpu/unusable-panels, vox/cpu/other-panels
    static PanelIndex read(Path file) throws IOException {
        var problem = CpuProblem.UNUSABLE_PANELS;
        var root = CborFields.of(Cbor.decode(FORMAT.read(file), problem), "it", problem, "tensors");
        var tensors = new LinkedHashMap<String, Entry>();
        for (var item : root.list("tensors")) {
            var fields =
                    CborFields.of(
                            item, "a tensor", problem, "name", "offset", "bytes", "checksums");
            long bytes = fields.number("bytes", Long.MAX_VALUE >> 1);
            var checksums = ints(fields.bytes("checksums"));
            if (checksums.length != Entry.pieces(bytes)) {
                throw problem.with(file + " has no checksum for each piece");
            }
            long offset = fields.number("offset", Long.MAX_VALUE >> 1);
            tensors.put(fields.text("name"), new Entry(offset, bytes, checksums));
        }
        return new PanelIndex(tensors);
    }

    void write(Path file) throws IOException {
        List<Map<String, Object>> list = new ArrayList<>();
        tensors.forEach(
                (name, entry) ->
                        list.add(
                                Map.of(
                                        "name", name,
                                        "offset", entry.offset(),
                                        "bytes", entry.bytes(),
                                        "checksums", bytes(entry.checksums()))));
        DurableFiles.write(file, FORMAT.frame(Cbor.encode(Map.of("tensors", list))));
    }

    private static byte[] bytes(int[] checksums) {
        var bytes = ByteBuffer.allocate(4 * checksums.length);
        bytes.asIntBuffer().put(checksums);
        return bytes.array();
    }

    private static int[] ints(byte[] bytes) {
        var ints = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).asIntBuffer().get(ints);
        return ints;
    }
}
