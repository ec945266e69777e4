package dev.mens.inference;

import dev.mens.model.Model;
import org.osgi.annotation.versioning.ConsumerType;

/// A model in a backend's memory; a handle that only its backend understands.
@ConsumerType
public interface LoadedModel {
    Model model();

    /// Bytes of weights it holds, on whichever device.
    long weightBytes();

    int contextTokens();

    /// Streams that are generating now.
    int activeStreams();
}
