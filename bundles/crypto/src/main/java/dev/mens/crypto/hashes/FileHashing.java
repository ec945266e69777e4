package dev.mens.crypto.hashes;

import dev.mens.crypto.ChunkTree;
import dev.mens.crypto.Hashing.FileHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// Hashes one file twice in one pass. SHA3 is a chain and stays on the calling thread; meanwhile
/// other threads compute the BLAKE3 value of the same piece and read the next piece.
final class FileHashing {
    /// Small enough for a core's cache, large enough to hide the hand-over.
    private static final int PIECE = 1 << 20;

    private final Path file;
    private final LongConsumer progress;
    private final Sha3 sha3;
    private final Blake3 blake3;
    private final List<int[]> values = new ArrayList<>();
    private byte[] current = new byte[PIECE];
    private byte[] next = new byte[PIECE];
    private long length;

    FileHashing(Path file, Sha3 sha3, Blake3 blake3, LongConsumer progress) {
        this.file = file;
        this.sha3 = sha3;
        this.blake3 = blake3;
        this.progress = progress;
    }

    FileHash hash() throws IOException, InterruptedException {
        try (var channel = FileChannel.open(file);
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            int count = read(channel, current);
            while (count == PIECE) {
                count = hashFullPiece(channel, tasks);
            }
            if (count > 0 || length == 0) {
                hashLastPiece(count);
            }
        }
        return new FileHash(sha3.digest(), tree());
    }

    /// @return bytes of the next piece, which is current now
    private int hashFullPiece(FileChannel channel, ExecutorService tasks)
            throws IOException, InterruptedException {
        var piece = current;
        long offset = length;
        var reading = tasks.submit(() -> read(channel, next));
        // Whether a piece is the whole file is only known once the next is read.
        var value = tasks.submit(() -> blake3.subtree(piece, 0, PIECE, offset, false));
        sha3.update(piece, 0, PIECE);
        int count = join(reading);
        boolean whole = offset == 0 && count == 0;
        var part = join(value);
        values.add(whole ? blake3.subtree(piece, 0, PIECE, 0, true) : part);
        advance(PIECE);
        current = next;
        next = piece;
        return count;
    }

    private void hashLastPiece(int count) {
        sha3.update(current, 0, count);
        values.add(blake3.subtree(current, 0, count, length, length == 0));
        advance(count);
    }

    private void advance(int count) {
        length += count;
        progress.accept(length);
    }

    private ChunkTree tree() {
        int chunkBytes = ChunkTree.chunkBytesFor(length);
        int pieces = chunkBytes / PIECE;
        int chunks = (int) ChunkTree.chunks(length, chunkBytes);
        var leaves = ByteBuffer.allocate(chunks * ChunkTree.LEAF_BYTES);
        for (int i = 0; i < chunks; i++) {
            var parts = values.subList(i * pieces, Math.min(values.size(), (i + 1) * pieces));
            leaves.put(Blake3.bytes(Blake3.join(parts, false)));
        }
        return new ChunkTree(length, chunkBytes, leaves.array());
    }

    private static int read(FileChannel channel, byte[] piece) throws IOException {
        var buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // A channel may return less than asked for before the end of the file.
        }
        return buffer.position();
    }

    private static <T> T join(Future<T> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException io) {
                throw io;
            }
            throw new AssertionError(failed.getCause());
        }
    }
}
