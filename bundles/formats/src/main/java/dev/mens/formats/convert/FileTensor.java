package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/// A contiguous tensor somewhere in a file.
///
/// @param channel outlives the tensor; its position is not used
/// @param offset of the first byte
public record FileTensor(DType dtype, Shape shape, FileChannel channel, long offset)
        implements TensorSource {

    @Override
    public void read(long first, int count, MemorySegment target) throws IOException {
        readFully(offset + dtype.bytes(first), target.asSlice(0, dtype.bytes(count)));
    }

    private void readFully(long position, MemorySegment target) throws IOException {
        var buffer = target.asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw FormatProblem.CHANGED.with(
                        "the source", position + buffer.limit(), channel.size());
            }
        }
    }
}
