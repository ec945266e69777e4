package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Files;

/// Runs commands to their end.
final class Processes {
    private Processes() {}

    /// Standard output of a command.
    ///
    /// @throws IOException with its standard error, if it fails
    static String output(ProcessBuilder command) throws IOException, InterruptedException {
        var errors = Files.createTempFile("bench", ".err");
        try {
            var process = command.redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String output;
            try (var reader = process.inputReader()) {
                output = reader.readAllAsString();
            }
            if (process.waitFor() != 0) {
                throw new IOException(command.command() + ": " + Files.readString(errors));
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }
}
