package dev.mens.backend.cuda.program;

/// Elements between the rows of a matrix on the device, so that every row begins aligned.
final class Strides {
    private static final int MULTIPLE = 64;

    private Strides() {}

    static int of(int columns) {
        return (columns + MULTIPLE - 1) & -MULTIPLE;
    }
}
