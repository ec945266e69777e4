package dev.mens.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFilesTest {
    @TempDir Path folder;

    @Test
    void what_is_created_is_for_its_owner_only() throws IOException {
        var deep = folder.resolve("a/b");
        DurableFiles.createFolders(deep);
        DurableFiles.write(deep.resolve("file"), new byte[] {1});
        ProcessLock.acquire(deep.resolve("lock")).close();
        assertEquals("rwx------", permissions(deep.getParent()));
        assertEquals("rwx------", permissions(deep));
        assertEquals("rw-------", permissions(deep.resolve("file")));
        assertEquals("rw-------", permissions(deep.resolve("lock")));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
