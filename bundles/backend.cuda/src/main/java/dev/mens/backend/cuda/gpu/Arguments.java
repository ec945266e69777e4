package dev.mens.backend.cuda.gpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The arguments of one launch as the device reads them: each aligned to its own size.
public final class Arguments {
    /// What CUDA allowed before 12.1; no kernel of ours comes near.
    private static final int MOST_BYTES = 4096;

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(MOST_BYTES).order(ByteOrder.nativeOrder());

    /// Forgets all, so that one object serves launch after launch.
    public Arguments clear() {
        bytes.clear();
        return this;
    }

    /// A pointer, or a `long long`.
    public Arguments address(long value) {
        align(Long.BYTES).putLong(value);
        return this;
    }

    public Arguments integer(int value) {
        align(Integer.BYTES).putInt(value);
        return this;
    }

    /// Several of them.
    public Arguments integers(int... values) {
        for (int value : values) {
            integer(value);
        }
        return this;
    }

    /// Several of them.
    public Arguments addresses(long... values) {
        for (long value : values) {
            address(value);
        }
        return this;
    }

    public Arguments real(float value) {
        align(Float.BYTES).putFloat(value);
        return this;
    }

    /// The bytes so far, valid until the next change.
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    private ByteBuffer align(int size) {
        return bytes.position(-(-bytes.position() & -size));
    }
}
