package dev.mens.inference;

import java.io.IOException;

/// The backend of a stream went away: its bundle stopped, its process or its peer died.
public final class BackendLostException extends IOException {
    private static final long serialVersionUID = 1L;

    public BackendLostException(String backend, String reason) {
        super("backend " + backend + " is gone: " + reason);
    }
}
