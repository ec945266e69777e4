package dev.mens.formats.onnx;

import dev.mens.compute.DType;
import java.util.Optional;

/// A tensor as the file describes it, not yet believed.
///
/// @param type of `TensorProto.DataType`
/// @param dims outermost first
record OnnxTensor(String name, int type, long[] dims, Data data) {

    /// Where the elements are.
    sealed interface Data {

        /// Little-endian, in this file.
        record Raw(long start, long bytes) implements Data {}

        /// Each element a varint, in this file.
        record Varints(long start, long end) implements Data {}

        /// In another file.
        ///
        /// @param bytes -1 for the rest of the file
        record External(String location, long offset, long bytes) implements Data {}

        /// Nowhere: the tensor is empty, or of a kind that weights never are.
        record Missing() implements Data {}
    }

    Optional<DType> dtype() {
        return Optional.ofNullable(
                switch (type) {
                    case 1 -> DType.F32;
                    case 2 -> DType.U8;
                    case 3 -> DType.I8;
                    case 4 -> DType.U16;
                    case 5 -> DType.I16;
                    case 6 -> DType.I32;
                    case 7 -> DType.I64;
                    case 9 -> DType.BOOL;
                    case 10 -> DType.F16;
                    case 11 -> DType.F64;
                    case 12 -> DType.U32;
                    case 13 -> DType.U64;
                    case 16 -> DType.BF16;
                    case 17 -> DType.F8_E4M3;
                    case 19 -> DType.F8_E5M2;
                    default -> null;
                });
    }
}
