package dev.mens.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class FrameChannelTest {

    /// What is written to it can be read from it, three bytes at a time.
    private static final class Loop implements ByteChannel {
        private final java.io.ByteArrayOutputStream written = new java.io.ByteArrayOutputStream();
        private int at;

        @Override
        public int read(ByteBuffer target) {
            var bytes = written.toByteArray();
            if (at == bytes.length) {
                return -1;
            }
            int count = Math.min(3, Math.min(target.remaining(), bytes.length - at));
            target.put(bytes, at, count);
            at += count;
            return count;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(3, source.remaining());
            for (int i = 0; i < count; i++) {
                written.write(source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private final Loop loop = new Loop();
    private final FrameChannel frames = new FrameChannel(loop);

    @Test
    void frames_arrive_as_they_were_sent() throws IOException {
        frames.write(Frame.Kind.STDOUT, new byte[] {1, 2, 3, 4});
        frames.write(Frame.Kind.WANT);
        frames.write(Frame.Kind.EXIT, 3);
        var first = frames.read();
        assertNotNull(first);
        assertEquals(Frame.Kind.STDOUT, first.kind());
        assertArrayEquals(new byte[] {1, 2, 3, 4}, first.payload());
        assertEquals(Frame.Kind.WANT, frames.read().kind());
        assertEquals(3, ByteBuffer.wrap(frames.read().payload()).getInt());
        assertNull(frames.read());
    }

    @Test
    void a_frame_that_claims_too_much_is_refused_before_memory_is_taken() {
        all(loop, header(Frame.Kind.INTERRUPT.number(), Integer.MAX_VALUE));
        assertThrows(IOException.class, frames::read);
    }

    @Test
    void a_negative_length_is_refused() {
        all(loop, header(Frame.Kind.STDIN.number(), -1));
        assertThrows(IOException.class, frames::read);
    }

    @Test
    void an_unknown_kind_is_refused() {
        for (int kind : new int[] {0, 10, -1, 127}) {
            var channel = new FrameChannel(new Loop());
            assertThrows(
                    IOException.class,
                    () -> {
                        channel.write(Frame.Kind.WANT);
                        var broken = new Loop();
                        all(broken, header(kind, 0));
                        new FrameChannel(broken).read();
                    });
        }
    }

    @Test
    void an_end_within_a_frame_is_an_end() throws IOException {
        all(loop, header(Frame.Kind.STDOUT.number(), 9));
        assertNull(frames.read());
    }

    @Property
    void any_bytes_are_frames_an_end_or_refused(@ForAll @Size(max = 40) byte[] bytes) {
        var channel = new Loop();
        all(channel, ByteBuffer.wrap(bytes));
        var reader = new FrameChannel(channel);
        int read = 0;
        try {
            for (var frame = reader.read(); frame != null; frame = reader.read()) {
                read += frame.payload().length;
            }
        } catch (IOException refused) {
            assertNotNull(refused.getMessage());
        }
        org.junit.jupiter.api.Assertions.assertTrue(read <= bytes.length);
    }

    private static ByteBuffer header(int kind, int length) {
        return ByteBuffer.allocate(5).put((byte) kind).putInt(length).flip();
    }

    private static void all(Loop channel, ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
