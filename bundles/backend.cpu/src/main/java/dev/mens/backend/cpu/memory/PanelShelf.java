package dev.mens.backend.cpu.memory;

import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The folder of all kept panels, with a folder for each bundle, named by its hash. The content
/// store removes those of bundles that it removes.
///
/// @param root need not exist yet
public record PanelShelf(Path root) {
    /// Of what is free on the disk without them, kept panels take at most this part.
    private static final int MOST_OF_FREE = 4;

    /// Where the panels of one bundle in one layout are.
    ///
    /// @param layout names the file
    record Place(PanelShelf shelf, Path folder, String layout) {}

    /// Memory for a program of that bundle.
    ///
    /// @param layout changes whenever the bytes of a matrix's panels would
    public PanelMemory memory(String content, String layout) {
        return PanelMemory.at(new Place(this, root.resolve(content), layout));
    }

    /// Removes the panels that were not used for longest, until `bytes` more may be kept.
    ///
    /// @return false if there is no room for so many
    boolean makeRoom(long bytes) throws IOException {
        Files.createDirectories(root);
        var folders = new ArrayList<>(byLastUse());
        long used = 0;
        for (var folder : folders) {
            used += bytes(folder);
        }
        long quota = (Files.getFileStore(root).getUsableSpace() + used) / MOST_OF_FREE;
        while (used + bytes > quota && !folders.isEmpty()) {
            var oldest = folders.removeFirst();
            used -= bytes(oldest);
            DurableFiles.deleteTree(oldest);
        }
        return used + bytes <= quota;
    }

    /// A folder's time is that of its last use, see {@link PanelMemory}.
    private List<Path> byLastUse() throws IOException {
        record Used(Path folder, long time) {}
        var all = new ArrayList<Used>();
        for (var folder : DurableFiles.entries(root)) {
            all.add(new Used(folder, Files.getLastModifiedTime(folder).toMillis()));
        }
        all.sort(Comparator.comparingLong(Used::time));
        return all.stream().map(Used::folder).toList();
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
