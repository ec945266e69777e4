package dev.mens.shell;

import dev.mens.content.ContentId;
import dev.mens.content.StoredModel;
import dev.mens.content.WeightFormat;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Verdict;
import dev.mens.model.ModelFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `vox model` prints.
final class ModelRows {
    private ModelRows() {}

    /// @param backends those that can serve it now, best first
    record Row(
            List<String> names,
            String hash,
            String family,
            String parameters,
            String quantization,
            long sizeBytes,
            String provenance,
            List<String> backends) {}

    record File(String path, long sizeBytes, String sha3) {}

    record Details(
            String name,
            String family,
            String parameters,
            String quantization,
            long sizeBytes,
            int contextTokens,
            String format,
            String source,
            String sourceFormat,
            String sourceHash,
            String converter,
            Instant signedAt,
            String signer,
            List<String> notes,
            List<String> backends,
            String folder,
            List<File> files,
            String weightsHash,
            String tokenizerHash,
            String configHash,
            String bundleHash) {}

    /// What an operation removed.
    record Freed(int files, long freedBytes) {}

    /// @param faults what is wrong, one sentence each
    record Verified(String checked, List<String> faults) implements Outcome {
        @Override
        public int exitCode() {
            return faults.isEmpty() ? 0 : 1;
        }
    }

    static Row row(StoredModel stored, ModelFacts facts, List<String> backends) {
        var manifest = stored.signed().manifest();
        return new Row(
                stored.names(),
                stored.id().shortHex(),
                facts.family(),
                count(facts.parameters()),
                manifest.bundle().quantization().name(),
                manifest.bytes(),
                manifest.provenance().sourceFormat() + ", " + manifest.provenance().at(),
                backends);
    }

    static Row unsound(StoredModel stored, String problem) {
        var manifest = stored.signed().manifest();
        return new Row(
                stored.names(),
                stored.id().shortHex(),
                problem,
                "-",
                manifest.bundle().quantization().name(),
                manifest.bytes(),
                manifest.provenance().sourceFormat() + ", " + manifest.provenance().at(),
                List.of());
    }

    static Details details(StoredModel stored, ModelFacts facts, List<String> backends) {
        var manifest = stored.signed().manifest();
        var bundle = manifest.bundle();
        var provenance = manifest.provenance();
        return new Details(
                String.join(", ", stored.names()),
                facts.family(),
                count(facts.parameters()),
                bundle.quantization().name(),
                manifest.bytes(),
                facts.contextTokens(),
                format(bundle.format()),
                provenance.source(),
                provenance.sourceFormat(),
                provenance.sourceHash().toString(),
                provenance.converter(),
                provenance.at(),
                stored.signed().signer().toString(),
                provenance.notes(),
                backends,
                stored.folder().toString(),
                manifest.files().stream()
                        .map(file -> new File(file.path(), file.bytes(), file.id().toString()))
                        .toList(),
                bundle.weights().toString(),
                bundle.tokenizer().toString(),
                bundle.config().toString(),
                bundle.bundle().toString());
    }

    /// A bundle with the field names of its specification, for other programs.
    static Map<String, Object> json(StoredModel stored, ModelFacts facts, List<String> backends) {
        var manifest = stored.signed().manifest();
        var bundle = manifest.bundle();
        var provenance = manifest.provenance();
        var json = new LinkedHashMap<String, Object>();
        json.put("names", stored.names());
        json.put("family", facts.family());
        json.put("parameters", facts.parameters());
        json.put("quantization", bundle.quantization().name());
        json.put("size_bytes", manifest.bytes());
        json.put("context_tokens", facts.contextTokens());
        json.put("folder", stored.folder().toString());
        json.put("backends", backends);
        json.put("format", format(bundle.format()));
        json.put("weights_hash", bundle.weights().toString());
        json.put(
                "weights_merkle_leaves",
                bundle.leaves().stream().map(ContentId::toString).toList());
        json.put("tokenizer_hash", bundle.tokenizer().toString());
        json.put("config_hash", bundle.config().toString());
        json.put(
                "files",
                manifest.files().stream()
                        .map(
                                file ->
                                        Map.of(
                                                "path", file.path(),
                                                "bytes", file.bytes(),
                                                "sha3_512", file.id().toString()))
                        .toList());
        var origin = new LinkedHashMap<String, Object>();
        origin.put("source", provenance.source());
        origin.put("source_format", provenance.sourceFormat());
        origin.put("source_hash", provenance.sourceHash().toString());
        origin.put("converter", provenance.converter());
        origin.put("signed_at", provenance.at());
        origin.put("signer", stored.signed().signer().toString());
        origin.put("notes", provenance.notes());
        json.put("provenance", origin);
        json.put("bundle_hash", bundle.bundle().toString());
        return json;
    }

    static List<String> serving(List<Dispatcher.Candidate> route) {
        return route.stream()
                .filter(candidate -> candidate.verdict() instanceof Verdict.Yes)
                .map(Dispatcher.Candidate::backend)
                .toList();
    }

    private static String format(WeightFormat format) {
        return switch (format) {
            case WeightFormat.Single() -> "single";
            case WeightFormat.Sharded(var index) -> "sharded, index " + index.shortHex();
        };
    }

    /// `2.6 M`, as people name models.
    private static String count(long parameters) {
        if (parameters < 1000) {
            return Long.toString(parameters);
        }
        int power = (int) (Math.log10(parameters) / 3);
        return String.format(
                Locale.ROOT,
                "%.1f %s",
                parameters / Math.pow(1000, power),
                "KMBTPE".charAt(power - 1));
    }
}
