package dev.mens.oplog.ledger;

import dev.mens.crypto.Hashing;
import dev.mens.oplog.Projection;
import java.util.List;

/// What every log keeps. None depends on the order in which entries of different authors come.
public record StandardProjections(
        Holders holders,
        Members members,
        Admissions admissions,
        Trainings trainings,
        Thanks thanks,
        Reputations reputations) {

    public StandardProjections(Hashing hashing) {
        this(
                new Holders(),
                new Members(),
                new Admissions(),
                new Trainings(),
                new Thanks(hashing),
                new Reputations());
    }

    public List<Projection> all() {
        return List.of(holders, members, admissions, trainings, thanks, reputations);
    }
}
