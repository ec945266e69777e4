package dev.mens.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A lock between processes, and between everything within one; ends with its process. The locked
/// file stays, because removing it would let two owners in.
public final class ProcessLock implements AutoCloseable {
    private static final long RETRY_NANOS = 2_000_000;

    /// What this process holds. Asking the system first would not do: on POSIX, closing a second
    /// channel of a file releases the process's lock on it.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Waits until nobody else has it.
    public static ProcessLock acquire(Path file) throws IOException {
        for (; ; ) {
            var lock = tryAcquire(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            // The JVM offers no way to wait for a lock that another process holds
            // together with one for its own threads.
            LockSupport.parkNanos(RETRY_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for " + file);
            }
        }
    }

    public static Optional<ProcessLock> tryAcquire(Path file) throws IOException {
        var key = file.toAbsolutePath().normalize();
        if (!HELD.add(key)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel = FileChannel.open(key, options, DurableFiles.OWNER_ONLY);
            locked = channel.tryLock() != null;
            return locked ? Optional.of(new ProcessLock(key, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(key);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
