package dev.mens.content;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.MerkleTree;
import dev.mens.model.Quantization;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// A model as data: weights, tokenizer and configuration, which belong together and are named by
/// one hash. Where it came from is no part of it ({@link Provenance}).
///
/// @param weights SHA3-512 of the one file, or the root of {@link MerkleTree} over the leaves
/// @param leaves SHA3-512 of each shard in order of file names; empty for a single file
/// @param tokenizer SHA3-512 of tokenizer.json
/// @param config SHA3-512 of the canonical map from name to hash of every other file
/// @param bundle SHA3-512 over the three above, sorted bytewise and concatenated
public record ModelBundle(
        ContentId weights,
        List<ContentId> leaves,
        ContentId tokenizer,
        ContentId config,
        ContentId bundle,
        WeightFormat format,
        Quantization quantization)
        implements BundleMeta {
    public ModelBundle {
        leaves = List.copyOf(leaves);
    }

    /// Computes what follows from the parts.
    ///
    /// @param files hashes of the weight files in order of their names
    public static ModelBundle of(
            List<ContentId> files,
            ContentId tokenizer,
            ContentId config,
            WeightFormat format,
            Quantization quantization,
            Hashing hashing) {
        var leaves =
                switch (format) {
                    case WeightFormat.Single() -> List.<ContentId>of();
                    case WeightFormat.Sharded(_) -> files;
                };
        var weights = leaves.isEmpty() ? files.getFirst() : root(leaves, hashing);
        var bundle = join(List.of(weights, tokenizer, config), hashing);
        return new ModelBundle(weights, leaves, tokenizer, config, bundle, format, quantization);
    }

    /// Whether the hashes that follow from others do so.
    public boolean isConsistent(Hashing hashing) {
        boolean single = format instanceof WeightFormat.Single;
        boolean rooted =
                single
                        ? leaves.isEmpty()
                        : !leaves.isEmpty() && root(leaves, hashing).equals(weights);
        return rooted && join(List.of(weights, tokenizer, config), hashing).equals(bundle);
    }

    @Override
    public ContentId contentId() {
        return bundle;
    }

    @Override
    public String kindLabel() {
        return "model";
    }

    private static ContentId root(List<ContentId> leaves, Hashing hashing) {
        var bytes = leaves.stream().map(ContentId::bytes).toList();
        return new ContentId(new MerkleTree(bytes, hashing).root());
    }

    private static ContentId join(List<ContentId> parts, Hashing hashing) {
        var bytes = new ByteArrayOutputStream();
        parts.stream().sorted().forEach(part -> bytes.writeBytes(part.bytes()));
        return new ContentId(hashing.sha3(bytes.toByteArray()));
    }
}
