package dev.mens.inference;

import dev.mens.model.Model;
import org.osgi.annotation.versioning.ConsumerType;

/// A backend of another peer. The dispatcher prefers this machine's where they are of equal
/// standing, and never passes a peer's request on to one.
@ConsumerType
public interface RemoteBackend extends InferenceBackend {

    /// Whether the peer has the model's files, or would fetch them first.
    boolean holds(Model model);

    /// Answers that the peer was generating when it last said so.
    int busyStreams();
}
