package dev.mens.transfer;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.nio.file.Path;

/// What can be wrong with a transfer.
public enum TransferProblem implements Problem {
    NOT_OFFERED(
            "not-offered",
            Blame.INPUT,
            "no peer that is present offers a model %s%s",
            "see `vox model offers`; its owner offers it with `vox model push`"),
    AMBIGUOUS("ambiguous", Blame.INPUT, "%s could mean %s", "give more digits of the hash"),
    NO_MANIFEST(
            "no-manifest",
            Blame.INFRASTRUCTURE,
            "the manifest of %s is not known here",
            "push the model again where it is"),
    NO_HOLDER(
            "no-holder",
            Blame.INFRASTRUCTURE,
            "nobody who has the rest of %s answers: %s; %d of %d bytes are here and verified",
            "pull again when a peer that has it is back; what is here is not fetched again"),
    WRONG_WHOLE(
            "wrong-whole",
            Blame.FAILURE,
            "all chunks of %s fit the manifest, but the whole is not what it names",
            "do not trust the signer of this manifest; import the model from its source"),
    TOO_LARGE(
            "too-large",
            Blame.INPUT,
            "%s has chunks of more than %d bytes, or the bundle more than %d chunks",
            "split the weights into shards and import them again"),
    NO_ROOM(
            "no-room",
            Blame.INFRASTRUCTURE,
            "%s needs %d bytes on disk, but %d are free",
            "free space with `vox model rm`, or on the disk"),
    DISK_FAILED(
            "disk-failed",
            Blame.INFRASTRUCTURE,
            "%s cannot be written: %s",
            "free space, or mend the disk, and pull again; what is here is not fetched again"),
    TOO_FEW_COPIES(
            "too-few-copies",
            Blame.FAILURE,
            "%s is on %d peers, not on %d: %s",
            "bring more peers into the mesh, or ask for fewer copies");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    TransferProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/transfer/" + kebab;
        this.blame = blame;
        this.facts = facts;
        this.remedy = remedy;
    }

    static ProblemException diskFailed(IOException failed, Path folder) {
        return DISK_FAILED.because(failed, folder, String.valueOf(failed.getMessage()));
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
        return blame;
    }
}
