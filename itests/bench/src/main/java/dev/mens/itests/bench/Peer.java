package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// llama.cpp's `llama-bench`.
///
/// @param command how it is called
record Peer(List<String> command) {

    /// @param folder with `llama-bench` in it, or with a script `llama` that runs it
    static Peer in(Path folder) throws IOException {
        var tool = folder.resolve("llama-bench").toAbsolutePath();
        if (Files.isExecutable(tool)) {
            return new Peer(List.of(tool.toString()));
        }
        var script = folder.resolve("llama").toAbsolutePath();
        if (Files.isExecutable(script)) {
            return new Peer(List.of(script.toString(), "llama-bench"));
        }
        throw new IOException("neither llama-bench nor llama in " + folder);
    }

    /// Measures once, after its own turn to warm up.
    Speed measure(Path model, Load load, int threads) throws IOException, InterruptedException {
        var words = new ArrayList<>(command);
        words.addAll(List.of("-m", model.toString(), "-t", "" + threads, "-r", "1", "-o", "json"));
        words.addAll(List.of("-p", "" + load.prefill(), "-n", "" + load.decode()));
        double prefill = 0;
        double decode = 0;
        for (var row : JsonMapper.shared().readTree(Processes.output(new ProcessBuilder(words)))) {
            double rate = row.get("avg_ts").asDouble();
            if (row.get("n_gen").asInt() == 0) {
                prefill = rate;
            } else {
                decode = rate;
            }
        }
        return new Speed(prefill, decode);
    }
}
