package dev.mens.content.library;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore.Progress;
import dev.mens.content.StoredFile;
import dev.mens.crypto.Hashing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Hashes the files of a folder, several at once, and makes them durable meanwhile.
final class FolderHashing {
    private final Hashing hashing;
    private final Progress progress;
    private final AtomicLong doneBytes = new AtomicLong();

    FolderHashing(Hashing hashing, Progress progress) {
        this.hashing = hashing;
        this.progress = progress;
    }

    /// @return in order of paths
    List<StoredFile> hash(Path folder) throws IOException, InterruptedException {
        var files = new ArrayList<Path>();
        try (var walk = Files.walk(folder)) {
            walk.filter(Files::isRegularFile).forEach(files::add);
        }
        long totalBytes = 0;
        for (var file : files) {
            totalBytes += Files.size(file);
        }
        // The longest first, so that no core waits for it at the end.
        files.sort(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed());
        var hashed = hashAll(folder, files, totalBytes);
        hashed.sort(Comparator.comparing(StoredFile::path));
        return hashed;
    }

    private List<StoredFile> hashAll(Path folder, List<Path> files, long totalBytes)
            throws IOException, InterruptedException {
        var tasks = new ArrayList<Callable<StoredFile>>();
        for (var file : files) {
            tasks.add(() -> hash(folder, file, totalBytes));
        }
        int cores = Runtime.getRuntime().availableProcessors();
        var hashed = new ArrayList<StoredFile>();
        try (var workers = Executors.newFixedThreadPool(cores)) {
            for (var task : workers.invokeAll(tasks)) {
                hashed.add(task.get());
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(failed.getCause());
        }
        return hashed;
    }

    private StoredFile hash(Path folder, Path file, long totalBytes)
            throws IOException, InterruptedException {
        var path = folder.relativize(file).toString().replace('\\', '/');
        var seen = new AtomicLong();
        var hash =
                hashing.hash(
                        file,
                        bytes -> {
                            long step = bytes - seen.getAndSet(bytes);
                            progress.report("hash", doneBytes.addAndGet(step), totalBytes);
                        });
        try (var channel = FileChannel.open(file)) {
            channel.force(true);
        }
        return new StoredFile(path, new ContentId(hash.sha3()), hash.tree());
    }
}
