package dev.mens.formats.importer;

import dev.mens.formats.convert.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A model in a foreign format, understood and ready to be streamed.
///
/// @param tensors by HuggingFace's names
/// @param metadata for `__metadata__`
/// @param files that go beside the weights, by name
/// @param notes what the format could not say
/// @param resource closed after the last read of any tensor
public record OpenModel(
        Map<String, TensorSource> tensors,
        Map<String, String> metadata,
        Map<String, byte[]> files,
        List<String> notes,
        Closeable resource)
        implements Closeable {

    OpenModel withTensors(Map<String, TensorSource> changed) {
        return new OpenModel(changed, metadata, files, notes, resource);
    }

    @Override
    public void close() throws IOException {
        resource.close();
    }
}
