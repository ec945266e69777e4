package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A tensor in another type: decoded to f32 and encoded again, piece by piece.
public record ConvertedTensor(TensorSource source, DType dtype, FloatEncoder encoder)
        implements TensorSource {

    public ConvertedTensor(TensorSource source, DType dtype) {
        this(source, dtype, FloatEncoder.to(dtype));
    }

    @Override
    public Shape shape() {
        return source.shape();
    }

    @Override
    public void read(long first, int count, MemorySegment target) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var stored = arena.allocate(source.dtype().bytes(count));
            source.read(first, count, stored);
            var values = new float[count];
            Elements.read(source.dtype(), stored, 0, count, values, 0);
            encoder.encode(values, target);
        }
    }

    @Override
    public long sourceBytes() {
        return source.sourceBytes();
    }
}
