package dev.mens.formats.importer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The files behind an {@link OpenModel}: closed with it, or at once if it never came to be.
final class OpenFiles implements Closeable {
    private final List<Closeable> open = new ArrayList<>();
    private boolean kept;

    FileChannel open(Path file) throws IOException {
        var channel = FileChannel.open(file);
        open.add(channel);
        return channel;
    }

    void add(Closeable resource) {
        open.add(resource);
    }

    OpenModel keepFor(OpenModel model) {
        kept = true;
        return model;
    }

    void closeUnlessKept() throws IOException {
        if (!kept) {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        for (var resource : open) {
            resource.close();
        }
    }
}
