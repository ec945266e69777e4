package dev.mens.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// File operations that survive a loss of power: what a method did is on the disk when it returns,
/// and before that either all or nothing of it is visible. What they create is the owner's only.
public final class DurableFiles {
    static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private DurableFiles() {}

    /// Writes a file beside its place and renames it.
    public static void write(Path file, byte[] bytes) throws IOException {
        var draft = draft(file);
        try (var channel =
                FileChannel.open(
                        draft,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER_ONLY)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        move(draft, file);
        syncFolder(file.getParent());
    }

    /// Gives a file a second name, replacing what had it; copies where the disk cannot link. The
    /// caller syncs the folder.
    public static void link(Path from, Path to) throws IOException {
        if (Files.exists(to) && Files.isSameFile(from, to)) {
            return;
        }
        var draft = draft(to);
        try {
            Files.createLink(draft, from);
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            Files.copy(from, draft, StandardCopyOption.REPLACE_EXISTING);
            syncFile(draft);
        }
        move(draft, to);
    }

    public static void syncFile(Path file) throws IOException {
        // Opened for writing only if that is allowed: syncing needs no right to write.
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    public static void syncFolder(Path folder) throws IOException {
        syncFile(folder);
    }

    /// Creates a folder and makes each new level durable.
    public static void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        createFolders(folder.getParent());
        Files.createDirectories(folder, OWNER_ONLY_FOLDER);
        syncFolder(folder.getParent());
    }

    /// Removes a folder and everything in it; links are removed, not followed.
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var walk = Files.walk(folder)) {
            for (var path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// Entries of a folder in order; none if it does not exist. Drafts are left out.
    public static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return new ArrayList<>(entries.filter(path -> !isDraft(path)).sorted().toList());
        }
    }

    public static boolean isDraft(Path path) {
        return path.getFileName().toString().startsWith(".draft-");
    }

    private static Path draft(Path file) {
        var unique = Long.toHexString(System.nanoTime()) + "-" + ProcessHandle.current().pid();
        var thread = Thread.currentThread().threadId();
        return file.resolveSibling(".draft-" + unique + "-" + thread);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException impossible) {
            // Both are in one folder.
            throw new AssertionError(impossible);
        }
    }
}
