package dev.mens.mesh;

import java.util.Locale;
import java.util.Optional;

/// What a node can be asked to do for another.
public enum TaskKind {
    TEXT_INFER(Family.INFERENCE),
    IMAGE_GEN(Family.INFERENCE),
    SPEECH_TRANSCRIBE(Family.INFERENCE),
    EMBED(Family.INFERENCE),
    TRAIN_QLORA(Family.TRAINING),
    VOX_SCRIPT(Family.SCRIPT);

    /// Which flag of a policy opens a node to it; scripts have none but their slot.
    public enum Family {
        INFERENCE,
        TRAINING,
        SCRIPT
    }

    private final Family family;

    TaskKind(Family family) {
        this.family = family;
    }

    public Family family() {
        return family;
    }

    /// As policies and requests spell it: `text_infer`.
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TaskKind> parse(String tag) {
        for (var kind : values()) {
            if (kind.tag().equals(tag)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
