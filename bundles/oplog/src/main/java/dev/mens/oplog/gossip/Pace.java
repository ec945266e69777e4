package dev.mens.oplog.gossip;

import java.time.Duration;

/// How often a node meets others. None of it depends on how many peers there are.
///
/// @param fanout peers met in a round that follows news
/// @param interest rounds in a row that find no one without the news, before they are not told any
///     more
/// @param rest before each round, in which news gather and whoever caused them goes on first
/// @param patience for the meetings of a round, before it is over without them
/// @param idle the time after which one peer is met without news, on average
record Pace(int fanout, int interest, Duration rest, Duration patience, Duration idle) {
    static final Pace USUAL =
            new Pace(2, 2, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30));
}
