package dev.mens.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A window of a file as a stream; leaves the channel's position and the channel alone.
public final class BoundedChannelStream extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    /// @param bytes how long the window is; a file that ends earlier ends the stream
    public BoundedChannelStream(FileChannel channel, long start, long bytes) {
        this.channel = channel;
        this.position = start;
        this.end = start + bytes;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(length, end - position);
        if (wanted <= 0) {
            return -1;
        }
        int got = channel.read(ByteBuffer.wrap(target, offset, wanted), position);
        if (got > 0) {
            position += got;
        }
        return got;
    }
}
