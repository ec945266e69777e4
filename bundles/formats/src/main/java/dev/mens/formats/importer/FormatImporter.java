package dev.mens.formats.importer;

import dev.mens.compute.DType;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.ConvertedTensor;
import dev.mens.formats.convert.Meter;
import dev.mens.formats.convert.QuantizationRecipe;
import dev.mens.formats.convert.SafeTensorsWriter;
import dev.mens.formats.convert.TensorSource;
import dev.mens.formats.safetensors.Header;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.formats.safetensors.ShardIndex;
import dev.mens.model.Import;
import dev.mens.model.ImportOptions;
import dev.mens.model.ModelImporter;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/// Imports every format that this bundle reads. Sound SafeTensors are taken as they are; all
/// else becomes one model.safetensors.
@Component
public final class FormatImporter implements ModelImporter {
    private static final String CONVERTER = "mens.formats/1";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @Override
    public Import read(Path source, Path staging, ImportOptions options, Progress progress)
            throws IOException, InterruptedException {
        var found = FoundSource.of(source);
        requireRecipe(options);
        return switch (found.kind()) {
            case SAFETENSORS, SAFETENSORS_INDEX ->
                    asItIs(options)
                            ? take(found, staging, progress)
                            : convert(
                                    found,
                                    SafeTensorsModel.open(found),
                                    staging,
                                    options,
                                    progress);
            case GGUF -> convert(found, GgufModel.open(found.file()), staging, options, progress);
            case PYTORCH, PYTORCH_INDEX ->
                    convert(found, PyTorchModel.open(found), staging, options, progress);
            case ONNX -> convert(found, OnnxModel.open(found), staging, options, progress);
        };
    }

    private static boolean asItIs(ImportOptions options) {
        return options.quantize() == null && !options.dequantize();
    }

    private static void requireRecipe(ImportOptions options) {
        var recipe = options.quantize();
        if (recipe != null
                && recipe != Quantization.Q8_0
                && recipe != Quantization.Q4_0
                && recipe != Quantization.Q4_K_M
                && recipe != Quantization.NF4) {
            throw FormatProblem.NO_RECIPE.with(recipe);
        }
    }

    /// SafeTensors need no conversion: after a check of every header they are linked.
    private static Import take(FoundSource found, Path staging, Progress progress)
            throws IOException, InterruptedException {
        boolean sharded = found.kind() == FoundSource.Kind.SAFETENSORS_INDEX;
        var files = new LinkedHashMap<String, Path>();
        if (sharded) {
            files.put(INDEX, found.file());
            for (var shard : ShardIndex.read(found.file()).shards()) {
                files.put(shard, found.file().resolveSibling(shard));
            }
        } else {
            files.put(SINGLE, found.file());
        }
        long total = 0;
        for (var file : files.values()) {
            total += Files.size(file);
        }
        Quantization quantization;
        try (var weights = new MappedWeightFiles().open(sharded ? found.folder() : found.file())) {
            if (weights.names().isEmpty()) {
                throw FormatProblem.NO_TENSORS.with(found.file().getFileName());
            }
            quantization = StoredAs.of(weights);
        }
        var meter = new Meter(progress, total);
        for (var file : files.entrySet()) {
            meter.step(file.getKey());
            SideFiles.linkOrCopy(file.getValue(), staging.resolve(file.getKey()));
            meter.advance(Files.size(file.getValue()));
        }
        SideFiles.take(found.folder(), staging);
        var format = found.hasConfig() ? "huggingface" : found.kind().format();
        return new Import(format, CONVERTER, quantization, missing(staging));
    }

    private static Import convert(
            FoundSource found,
            OpenModel opened,
            Path staging,
            ImportOptions options,
            Progress progress)
            throws IOException, InterruptedException {
        try (opened) {
            if (opened.tensors().isEmpty()) {
                throw FormatProblem.NO_TENSORS.with(found.file().getFileName());
            }
            var notes = new ArrayList<>(opened.notes());
            var tensors = changed(opened.tensors(), options, notes);
            var metadata = new TreeMap<>(opened.metadata());
            var quantization =
                    options.quantize() != null
                            ? options.quantize()
                            : StoredAs.of(tensors, metadata);
            if (tensors.values().stream().anyMatch(tensor -> tensor.dtype().quantized())) {
                metadata.put(Header.RECIPE, quantization.name());
            } else {
                metadata.remove(Header.RECIPE);
            }
            long total = tensors.values().stream().mapToLong(TensorSource::sourceBytes).sum();
            if (!Files.exists(staging.resolve(SINGLE))) {
                var meter = new Meter(progress, total);
                SafeTensorsWriter.write(staging.resolve(SINGLE), tensors, metadata, meter);
            }
            for (var file : opened.files().entrySet()) {
                Files.write(staging.resolve(file.getKey()), file.getValue());
            }
            if (found.kind() != FoundSource.Kind.GGUF) {
                SideFiles.take(found.folder(), staging);
                SideFiles.takeTokenizerOf(found.file(), staging);
            }
            notes.addAll(missing(staging));
            return new Import(found.kind().format(), CONVERTER, quantization, notes);
        }
    }

    private static Map<String, TensorSource> changed(
            Map<String, TensorSource> tensors, ImportOptions options, List<String> notes) {
        var plain = tensors;
        if (options.dequantize()) {
            plain = new LinkedHashMap<>();
            for (var tensor : tensors.entrySet()) {
                plain.put(tensor.getKey(), dequantized(tensor.getValue()));
            }
        }
        if (options.quantize() == null) {
            return plain;
        }
        if (plain.values().stream().anyMatch(tensor -> tensor.dtype().quantized())) {
            notes.add(
                    "Some weights were quantized already and are quantized again, which loses more"
                            + " than quantizing the original would.");
        }
        return QuantizationRecipe.apply(options.quantize(), plain);
    }

    private static TensorSource dequantized(TensorSource tensor) {
        return tensor.dtype().quantized() ? new ConvertedTensor(tensor, DType.BF16) : tensor;
    }

    private static List<String> missing(Path staging) {
        var notes = new ArrayList<String>();
        if (!Files.exists(staging.resolve("config.json"))) {
            notes.add("The source has no config.json, so its family is unknown.");
        }
        if (!Files.exists(staging.resolve("tokenizer.json"))
                && !Files.exists(staging.resolve("tokenizer.model"))
                && !Files.exists(staging.resolve("vocab.json"))
                && !Files.exists(staging.resolve("vocab.txt"))) {
            notes.add("The source has no tokenizer.");
        }
        return notes;
    }
}
