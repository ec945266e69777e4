package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A tensor to which a constant is added; f32, computed in f32.
public record OffsetTensor(TensorSource source, float offset) implements TensorSource {

    @Override
    public DType dtype() {
        return DType.F32;
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
            for (int i = 0; i < count; i++) {
                values[i] += offset;
            }
            FloatEncoder.to(DType.F32).encode(values, target);
        }
    }

    @Override
    public long sourceBytes() {
        return source.sourceBytes();
    }
}
