package dev.mens.content.manifest;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.Manifest;
import dev.mens.content.ModelBundle;
import dev.mens.content.StoredFile;
import dev.mens.content.WeightFormat;
import dev.mens.crypto.Hashing;
import dev.mens.model.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which file of a model folder counts for which of a bundle's hashes.
///
/// * weights: `model.safetensors`, or every `*.safetensors` beside an index;
/// * tokenizer: the first of tokenizer.json, tokenizer.model, vocab.json that is there;
/// * config: all others, as the hash of a canonical map from path to hash.
public final class BundleHashes {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final List<String> TOKENIZERS =
            List.of("tokenizer.json", "tokenizer.model", "vocab.json");

    private BundleHashes() {}

    /// @param files in order of their paths
    /// @throws dev.mens.diagnostics.ProblemException vox/store/incomplete
    public static ModelBundle bundle(
            String source, List<StoredFile> files, Quantization quantization, Hashing hashing) {
        var byPath = new TreeMap<String, ContentId>();
        files.forEach(file -> byPath.put(file.path(), file.id()));
        require(source, byPath.containsKey("config.json"), "config.json");
        var tokenizer = TOKENIZERS.stream().filter(byPath::containsKey).findFirst();
        require(source, tokenizer.isPresent(), "tokenizer.json");
        boolean sharded = byPath.containsKey(INDEX);
        var weights = weights(byPath.keySet(), sharded);
        require(source, !weights.isEmpty(), SINGLE);
        WeightFormat format =
                sharded ? new WeightFormat.Sharded(byPath.get(INDEX)) : new WeightFormat.Single();
        var others = new TreeMap<>(byPath);
        others.keySet().removeAll(weights);
        others.remove(tokenizer.get());
        return ModelBundle.of(
                weights.stream().map(byPath::get).toList(),
                byPath.get(tokenizer.get()),
                mapHash(others, hashing),
                format,
                quantization,
                hashing);
    }

    /// Whether a manifest's bundle is what its files make.
    static boolean follow(Manifest manifest, Hashing hashing) {
        var stated = manifest.bundle();
        return stated.isConsistent(hashing)
                && bundle("it", manifest.files(), stated.quantization(), hashing).equals(stated);
    }

    /// One hash for several files.
    public static ContentId mapHash(Map<String, ContentId> files, Hashing hashing) {
        return new ContentId(hashing.sha3(ManifestCodec.encodeMap(files)));
    }

    private static List<String> weights(Set<String> paths, boolean sharded) {
        if (!sharded) {
            return paths.contains(SINGLE) ? List.of(SINGLE) : List.of();
        }
        var shards = new ArrayList<>(paths);
        shards.removeIf(path -> path.contains("/") || !path.endsWith(".safetensors"));
        return shards;
    }

    private static void require(String source, boolean present, String file) {
        if (!present) {
            throw ContentProblem.INCOMPLETE.with(source, file);
        }
    }
}
