package dev.mens.formats.pickle;

import dev.mens.compute.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The allow-list: every global that a checkpoint may name, and what calling it means here.
///
/// @param storage element type of a storage class
record PickleNames(Meaning meaning, @Nullable DType storage) {

    enum Meaning {
        /// A class whose instances are dicts of attributes.
        OBJECT,
        DICT,
        ITEMS,
        STORAGE,
        UNTYPED_STORAGE,
        DTYPE,
        TENSOR,
        TENSOR_V3,
        /// Its first argument is the value.
        FIRST_ARGUMENT,
        /// `_codecs.encode`, which protocol 2 uses for bytes.
        BYTES,
        /// Called or not, it is of no interest.
        NOTHING
    }

    private static final Map<String, PickleNames> ALLOWED = allowed();

    static Optional<PickleNames> of(String module, String name) {
        if (module.equals("__torch__") || module.startsWith("__torch__.")) {
            // TorchScript's own classes: their code is never looked at.
            return Optional.of(plain(Meaning.OBJECT));
        }
        return Optional.ofNullable(ALLOWED.get(module + "." + name));
    }

    private static PickleNames plain(Meaning meaning) {
        return new PickleNames(meaning, null);
    }

    private static Map<String, PickleNames> allowed() {
        var allowed = new HashMap<String, PickleNames>();
        put(allowed, Meaning.DICT, "collections.OrderedDict", "collections.defaultdict");
        put(allowed, Meaning.DICT, "builtins.dict", "__builtin__.dict", "collections.Counter");
        put(allowed, Meaning.ITEMS, "builtins.set", "__builtin__.set", "builtins.frozenset");
        put(allowed, Meaning.ITEMS, "builtins.list", "__builtin__.list", "builtins.tuple");
        put(allowed, Meaning.ITEMS, "torch.Size", "torch.jit._pickle.build_intlist");
        put(allowed, Meaning.ITEMS, "torch.jit._pickle.build_tensorlist");
        put(allowed, Meaning.ITEMS, "torch.jit._pickle.build_doublelist");
        put(allowed, Meaning.ITEMS, "torch.jit._pickle.build_boollist");
        put(allowed, Meaning.FIRST_ARGUMENT, "torch.jit._pickle.restore_type_tag");
        put(allowed, Meaning.FIRST_ARGUMENT, "torch._utils._rebuild_parameter");
        put(allowed, Meaning.FIRST_ARGUMENT, "torch._utils._rebuild_parameter_with_state");
        put(allowed, Meaning.FIRST_ARGUMENT, "torch.nn.parameter.Parameter");
        put(allowed, Meaning.TENSOR, "torch._utils._rebuild_tensor");
        put(allowed, Meaning.TENSOR, "torch._utils._rebuild_tensor_v2");
        put(allowed, Meaning.TENSOR_V3, "torch._utils._rebuild_tensor_v3");
        put(allowed, Meaning.UNTYPED_STORAGE, "torch.UntypedStorage");
        put(allowed, Meaning.UNTYPED_STORAGE, "torch.storage.UntypedStorage");
        put(allowed, Meaning.NOTHING, "torch.device");
        put(allowed, Meaning.OBJECT, "argparse.Namespace");
        put(allowed, Meaning.BYTES, "_codecs.encode");
        storages(allowed);
        return Map.copyOf(allowed);
    }

    private static void storages(Map<String, PickleNames> allowed) {
        var types =
                Map.of(
                        DType.F64, "Double,float64,double",
                        DType.F32, "Float,float32,float",
                        DType.F16, "Half,float16,half",
                        DType.BF16, "BFloat16,bfloat16",
                        DType.I64, "Long,int64,long",
                        DType.I32, "Int,int32,int",
                        DType.I16, "Short,int16,short",
                        DType.I8, "Char,int8",
                        DType.U8, "Byte,uint8",
                        DType.BOOL, "Bool,bool");
        types.forEach(
                (dtype, names) -> {
                    var each = names.split(",");
                    allowed.put(
                            "torch." + each[0] + "Storage",
                            new PickleNames(Meaning.STORAGE, dtype));
                    for (int i = 1; i < each.length; i++) {
                        allowed.put("torch." + each[i], new PickleNames(Meaning.DTYPE, dtype));
                    }
                });
        allowed.put("torch.float8_e4m3fn", new PickleNames(Meaning.DTYPE, DType.F8_E4M3));
        allowed.put("torch.float8_e5m2", new PickleNames(Meaning.DTYPE, DType.F8_E5M2));
        allowed.put("torch.uint16", new PickleNames(Meaning.DTYPE, DType.U16));
        allowed.put("torch.uint32", new PickleNames(Meaning.DTYPE, DType.U32));
        allowed.put("torch.uint64", new PickleNames(Meaning.DTYPE, DType.U64));
    }

    private static void put(Map<String, PickleNames> allowed, Meaning meaning, String... names) {
        for (var name : names) {
            allowed.put(name, plain(meaning));
        }
    }
}
