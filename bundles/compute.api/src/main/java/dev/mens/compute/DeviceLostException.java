package dev.mens.compute;

/// The device of a program is gone, and the program with it: what ran there can go on elsewhere.
public final class DeviceLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceLostException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
