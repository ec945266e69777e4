package dev.mens.transfer;

import dev.mens.crypto.Hashing;
import dev.mens.transfer.Pieces.Piece;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// Hashes the whole files while their pieces still come, following what is here without a gap, so
/// that little is left to do at the end.
record WholeFiles(PieceFiles files, PullPlan plan, Hashing hashing, Pace pace) {

    /// @param progress told the bytes hashed so far
    /// @return false if the pull failed first
    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/wrong-whole
    boolean hash(LongConsumer progress) throws IOException, InterruptedException {
        var hasher = hashing.sha3();
        var bytes = new byte[files.pieces().largest()];
        long hashedBytes = 0;
        for (var piece : files.pieces().all()) {
            if (!plan.await(piece.index())) {
                return false;
            }
            if (piece.chunk() == 0) {
                hasher = hashing.sha3();
            }
            var whole = hasher;
            pace.run(
                    () -> {
                        files.read(piece.index(), bytes);
                        whole.update(bytes, 0, piece.size());
                    });
            hashedBytes += piece.size();
            progress.accept(hashedBytes);
            if (isLast(piece) && !Arrays.equals(whole.digest(), piece.file().id().bytes())) {
                throw TransferProblem.WRONG_WHOLE.with(piece.file().path());
            }
        }
        return true;
    }

    private static boolean isLast(Piece piece) {
        return piece.chunk() == piece.file().chunks().chunks() - 1;
    }
}
