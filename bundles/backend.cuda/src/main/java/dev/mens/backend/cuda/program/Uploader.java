package dev.mens.backend.cuda.program;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.memory.Staging;
import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Fills a layout with the network's tensors: copies what lies as it should, decodes what no
/// kernel reads, and lets the device rearrange blocks.
final class Uploader {
    /// Large enough that starting a copy costs little beside it, small enough to be soon filled.
    private static final long PIECE_BYTES = 4L << 20;

    /// Pieces that are filled or copied at a time.
    private static final int PIECES = 24;

    private final Gpu gpu;
    private final Operations operations;

    Uploader(Gpu gpu, Operations operations) {
        this.gpu = gpu;
        this.operations = operations;
    }

    /// @throws IOException if a tensor cannot be read
    /// @throws InterruptedException if the calling thread is interrupted
    void upload(List<Upload> uploads) throws IOException, InterruptedException {
        long largest = uploads.stream().mapToLong(Uploader::bytesOfPiece).max().orElse(0);
        long pieces = uploads.stream().mapToLong(Uploader::pieces).sum();
        long blocks = gpu.allocate(largest);
        try (var staging = new Staging(gpu, (int) Math.min(PIECES, pieces), largest)) {
            for (var upload : uploads) {
                put(staging, upload, blocks);
            }
            staging.finish();
        } finally {
            gpu.free(blocks);
        }
    }

    private void put(Staging staging, Upload upload, long blocks)
            throws IOException, InterruptedException {
        long rowBytes = bytesOfRow(upload);
        int most = rowsOfPiece(upload);
        for (int from = 0; from < upload.to().rows(); from += most) {
            int first = from;
            int count = Math.min(most, upload.to().rows() - from);
            var to = upload.to().rows(from, count);
            staging.put(
                    rowBytes * count,
                    piece -> fill(piece, upload, first, count),
                    piece -> {
                        if (to.type().quantized()) {
                            gpu.upload(blocks, piece);
                            operations.repack(to, blocks);
                        } else {
                            gpu.upload(to.quants(), piece);
                        }
                    });
        }
    }

    private static int rowsOfPiece(Upload upload) {
        return (int) Math.clamp(PIECE_BYTES / bytesOfRow(upload), 1L, (long) upload.to().rows());
    }

    private static long bytesOfPiece(Upload upload) {
        return rowsOfPiece(upload) * bytesOfRow(upload);
    }

    private static long pieces(Upload upload) {
        int rows = rowsOfPiece(upload);
        return (upload.to().rows() + rows - 1L) / rows;
    }

    /// Bytes of a row as it is sent: blocks as they are stored, elements with their padding.
    private static long bytesOfRow(Upload upload) {
        var to = upload.to();
        if (to.type().quantized()) {
            return upload.from().dtype().bytes(to.columns());
        }
        return to.rows() == 1
                ? to.type().rowBytes(1) / Strides.of(1) * to.columns()
                : to.type().rowBytes(to.columns());
    }

    private static void fill(MemorySegment piece, Upload upload, int first, int count) {
        var from = upload.from();
        int columns = upload.to().columns();
        if (asStored(upload)) {
            long stored = from.dtype().bytes(columns);
            MemorySegment.copy(from.data(), first * stored, piece, 0, count * stored);
            return;
        }
        long step = piece.byteSize() / count;
        var row = new float[columns];
        for (int r = 0; r < count; r++) {
            var target = piece.asSlice(r * step, step).fill((byte) 0);
            if (isPlain(from, upload.to().type())) {
                long stored = from.dtype().bytes(columns);
                MemorySegment.copy(from.data(), (first + r) * stored, target, 0, stored);
            } else {
                Elements.read(from, (long) (first + r) * columns, columns, row, 0);
                write(row, upload.to().type(), target);
            }
        }
    }

    private static boolean asStored(Upload upload) {
        var to = upload.to();
        boolean dense = to.rows() == 1 || Strides.of(to.columns()) == to.columns();
        return to.type().quantized() || (dense && isPlain(upload.from(), to.type()));
    }

    private static boolean isPlain(Tensor from, WeightType type) {
        return from.dtype() == DType.valueOf(type.name());
    }

    private static void write(float[] row, WeightType type, MemorySegment target) {
        if (type == WeightType.F32) {
            MemorySegment.copy(row, 0, target, JAVA_FLOAT, 0, row.length);
            return;
        }
        for (int i = 0; i < row.length; i++) {
            target.setAtIndex(JAVA_SHORT, i, bfloat(row[i]));
        }
    }

    /// To the nearest, ties to even; NaN stays NaN.
    static short bfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
