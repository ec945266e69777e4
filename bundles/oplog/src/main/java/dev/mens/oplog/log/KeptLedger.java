package dev.mens.oplog.log;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// Answers from the projections that the log keeps.
@Component
public final class KeptLedger implements Ledger {
    private final SegmentedOpLog log;

    @Activate
    public KeptLedger(@Reference SegmentedOpLog log) {
        this.log = log;
    }

    @Override
    public Map<ContentId, Set<PublicKey>> holders() throws IOException {
        return log.ask(known -> known.holders().all());
    }

    @Override
    public List<Decided> admissions() throws IOException {
        return log.ask(known -> known.admissions().latestFirst());
    }

    @Override
    public Optional<Training> training(UUID session) throws IOException {
        return log.ask(known -> known.trainings().of(session));
    }

    @Override
    public Map<PublicKey, Map<Op.Kudos.Primitive, Long>> kudos() throws IOException {
        return log.ask(known -> known.thanks().all());
    }

    @Override
    public double reputation(PublicKey peer) throws IOException {
        return log.ask(known -> known.reputations().of(peer));
    }
}
