package dev.mens.transfer;

import dev.mens.content.StoredFile;
import dev.mens.crypto.Hashing;
import dev.mens.transfer.Pieces.Piece;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.function.LongConsumer;

/// A bundle's files in a folder, read and written piece by piece. There is no record of what was
/// written: what lies on the disk and fits its hash is there, so a kill at any point leaves nothing
/// to mend.
///
/// Files are opened for each piece. A `FileChannel` would be closed for all by an interrupt of one,
/// and a removed bundle frees its disk at once.
record PieceFiles(Path folder, Pieces pieces) {

    /// What is there and fits.
    BitSet verified(Hashing hashing, LongConsumer progress) throws IOException {
        var fitting = new BitSet();
        var bytes = new byte[pieces.largest()];
        long seenBytes = 0;
        for (var piece : pieces.all()) {
            var file = path(piece);
            long end = piece.offset() + piece.size();
            boolean there = Files.exists(file) && Files.size(file) >= end;
            if (there) {
                read(piece.index(), bytes);
                fitting.set(piece.index(), piece.holds(bytes, hashing));
            }
            seenBytes += piece.size();
            progress.accept(seenBytes);
        }
        return fitting;
    }

    /// @param into at least as long as the piece, which fills its beginning
    void read(int index, byte[] into) throws IOException {
        var piece = pieces.get(index);
        try (var file = new RandomAccessFile(path(piece).toFile(), "r")) {
            file.seek(piece.offset());
            file.readFully(into, 0, piece.size());
        }
    }

    /// @param bytes begin with the piece
    void write(Piece piece, byte[] bytes) throws IOException {
        try (var file = new RandomAccessFile(path(piece).toFile(), "rw")) {
            file.seek(piece.offset());
            file.write(bytes, 0, piece.size());
        }
    }

    /// Returns when what was written of a file so far is on the disk.
    void writeOut(StoredFile file) throws IOException {
        try (var channel =
                FileChannel.open(folder.resolve(file.path()), StandardOpenOption.WRITE)) {
            channel.force(false);
        }
    }

    void createFolders() throws IOException {
        for (var piece : pieces.all()) {
            if (piece.chunk() == 0) {
                Files.createDirectories(path(piece).getParent());
            }
        }
    }

    /// Cuts off what a longer file left, and makes everything durable.
    void seal() throws IOException {
        for (var piece : pieces.all()) {
            if (piece.chunk() == 0) {
                try (var channel = FileChannel.open(path(piece), StandardOpenOption.WRITE)) {
                    channel.truncate(piece.file().bytes());
                    channel.force(true);
                }
            }
        }
    }

    private Path path(Piece piece) {
        return folder.resolve(piece.file().path());
    }
}
