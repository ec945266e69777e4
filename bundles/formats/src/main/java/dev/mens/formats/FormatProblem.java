package dev.mens.formats;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a file that holds weights.
public enum FormatProblem implements Problem {
    // SafeTensors
    NO_HEADER(
            "no-header",
            "%s has %d bytes, a SafeTensors file starts with 8 that give its header's length",
            Remedy.AGAIN),
    HEADER_TOO_LARGE(
            "header-too-large", "%s claims a header of %s bytes, the limit is %d", Remedy.AGAIN),
    HEADER_PAST_END(
            "header-past-end",
            "%s claims a header of %d bytes but has only %d after its length",
            Remedy.AGAIN),
    HEADER_NOT_UTF8("header-not-utf8", "the header of %s is not UTF-8", Remedy.AGAIN),
    HEADER_NOT_JSON("header-not-json", "the header of %s is not JSON: %s", Remedy.AGAIN),
    HEADER_NOT_OBJECT(
            "header-not-object", "the header of %s is a JSON %s, not an object", Remedy.AGAIN),
    HEADER_TOO_DEEP(
            "header-too-deep", "%s: %s nests where the format has a plain value", Remedy.AGAIN),
    HEADER_LIMIT("header-limit", "%s exceeds a limit: %s", Remedy.AGAIN),
    DUPLICATE_NAME("duplicate-name", "%s names %s twice", Remedy.AGAIN),
    TOO_MANY_TENSORS(
            "too-many-tensors", "%s lists more than %d tensors", "split the model into shards"),
    BAD_ENTRY("bad-entry", "%s: entry %s: %s", Remedy.AGAIN),
    UNKNOWN_DTYPE(
            "unknown-dtype",
            "%s: tensor %s is stored as %s, which is not supported",
            "convert the model to F32, F16 or BF16"),
    BAD_TAG("bad-tag", "%s: %s is tagged %s: %s", "import the model again from its source"),
    NEGATIVE("negative", "%s: tensor %s: %s is negative", Remedy.AGAIN),
    REVERSED("reversed", "%s: tensor %s ends at %d, before it begins at %d", Remedy.AGAIN),
    OVERFLOW("overflow", "%s: tensor %s: %s exceeds 2^63 elements or bytes", Remedy.AGAIN),
    WRONG_SIZE(
            "wrong-size",
            "%s: tensor %s is %s of %s, which takes %d bytes, but its data has %d",
            Remedy.AGAIN),
    OVERLAP("overlap", "%s: tensor %s begins at %d, inside %s, which ends at %d", Remedy.AGAIN),
    HOLE("hole", "%s: nothing owns the bytes from %d to %d, before tensor %s", Remedy.AGAIN),
    PAST_END("past-end", "%s: tensor %s ends at %d, but the data has only %d bytes", Remedy.AGAIN),
    TRAILING("trailing-bytes", "%s: %d bytes follow the last tensor", Remedy.AGAIN),
    CHANGED(
            "changed",
            "%s had %d bytes and has %d now",
            "do not write to a model while it is opened; get it again"),
    // GGUF
    NOT_GGUF("not-gguf", "%s is no GGUF file", Remedy.AGAIN),
    GGUF_VERSION(
            "gguf-version",
            "%s is GGUF version %s",
            "convert the model again with a current llama.cpp; versions 2 and 3, little-endian, are"
                    + " read"),
    GGUF_TRUNCATED(
            "gguf-truncated",
            "%s: at offset %d its head goes on for %s bytes, the file for %d",
            Remedy.AGAIN),
    GGUF_LIMIT(
            "gguf-limit", "%s claims %s; the limit is %d, or what the file can hold", Remedy.AGAIN),
    // PyTorch
    FORBIDDEN_PICKLE(
            "forbidden-pickle",
            "%s calls %s when it is loaded, which no weights need",
            "do not load this file anywhere; get the model as SafeTensors"),
    BAD_PICKLE("bad-pickle", "%s: the pickle is broken at offset %d: %s", Remedy.AGAIN),
    PICKLE_LIMIT("pickle-limit", "%s exceeds what a checkpoint needs: %s", Remedy.AGAIN),
    BAD_ARCHIVE("bad-archive", "%s is no sound checkpoint: %s", Remedy.AGAIN),
    NO_TENSORS("no-tensors", "%s holds no tensors", "name the file with the weights"),
    // ONNX
    BAD_ONNX("bad-onnx", "%s is no sound ONNX: at offset %d %s", Remedy.AGAIN),
    ONNX_LIMIT("onnx-limit", "%s exceeds what a model needs: %s", Remedy.AGAIN),
    ONNX_REWORKED(
            "onnx-reworked",
            "%s was quantized or fused after training: it uses the operator %s",
            "import the ONNX as it was exported, and let Mens quantize it: --quantize q8_0"),
    // Import
    NO_SOURCE(
            "no-source",
            "%s is no model: neither a file nor a folder with weights",
            "name a HuggingFace folder or a .safetensors, .gguf, .bin, .pt or .onnx file"),
    AMBIGUOUS_SOURCE(
            "ambiguous-source", "%s holds several %s files and no index", "name one of the files"),
    UNKNOWN_FORMAT(
            "unknown-format",
            "%s is none of SafeTensors, GGUF, PyTorch and ONNX",
            "convert the model to SafeTensors where you got it"),
    NO_RECIPE(
            "no-recipe",
            "there is no recipe to quantize to %s",
            "choose q8_0, q4_0, q4_k_m or nf4"),
    UNKNOWN_FAMILY(
            "unknown-family",
            "%s is of the family %s, whose tensors have no known names",
            "get the model as SafeTensors from its publisher"),
    BAD_METADATA("bad-metadata", "%s: %s", "get the model as SafeTensors from its publisher"),
    // Folders and shards
    NO_WEIGHTS(
            "no-weights",
            "%s holds no SafeTensors weights",
            "name a folder with model.safetensors, or import the model first: vox model import"),
    AMBIGUOUS(
            "ambiguous-weights",
            "%s holds several .safetensors files and no model.safetensors.index.json",
            "name one of the files, or add the index that came with the model"),
    BAD_INDEX("bad-index", "%s: %s", Remedy.AGAIN),
    SHARD_OUTSIDE(
            "shard-outside",
            "%s names the shard %s, which is no plain file name",
            "do not trust this model; get it from its publisher"),
    MISSING_SHARD(
            "missing-shard",
            "%s names the shard %s, which is not in the folder",
            "fetch the missing shard"),
    NOT_IN_SHARD("not-in-shard", "%s puts tensor %s into %s, which lacks it", Remedy.AGAIN),
    TENSOR_TWICE("tensor-twice", "tensor %s is in both %s and %s", Remedy.AGAIN),
    MISSING_TENSOR(
            "missing-tensor",
            "there is no tensor %s among the %d of %s",
            "check model_type in config.json: the weights belong to another family");

    private final String id;
    private final String facts;
    private final String remedy;

    FormatProblem(String kebab, String facts, String remedy) {
        this.id = "vox/format/" + kebab;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return Blame.INPUT;
    }

    private static final class Remedy {
        static final String AGAIN =
                "get the file again from its publisher: it is damaged or was made to mislead";
    }
}
