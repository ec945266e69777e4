package dev.mens.backend.cpu.compiled;

import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Form;
import dev.mens.backend.cpu.vector.Matrix;

/// A quantized matrix, repacked in panels of 16 rows.
///
/// @param panels address
record PanelMatrix(
        CpuLibrary library, PanelFormat format, int outputs, int inputs, long panels, long bytes)
        implements Matrix {
    static final int PANEL_ROWS = 16;

    @Override
    public Form reads() {
        return Form.BYTES;
    }

    @Override
    public boolean load(long offset, int count) {
        library.load(panels + offset, count);
        return true;
    }

    @Override
    public void multiply(
            Activations x,
            int firstRow,
            int rows,
            long y,
            int yStride,
            int from,
            int to,
            long scratch) {
        library.multiply(
                format,
                panels,
                inputs,
                x.rowBytes(firstRow),
                x.rowBytes(),
                rows,
                y,
                yStride,
                from,
                to);
    }
}
