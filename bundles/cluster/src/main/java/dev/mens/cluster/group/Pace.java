package dev.mens.cluster.group;

import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;

/// How often a member says what all others must hear again and again: the more hear it, the less
/// often, so that what a member sends and hears in a second does not grow with the group. A group
/// of up to {@link #UNHURRIED} members keeps the pace of the smallest.
final class Pace {
    static final int UNHURRIED = 10;

    private static final int HEARTBEAT_MILLIS = 600;
    private static final int MISSED_HEARTBEATS = 4;
    private static final int MERGE_MIN_MILLIS = 500;
    private static final int MERGE_MAX_MILLIS = 1500;

    private Pace() {}

    private static int slowdown(int members) {
        return Math.ceilDiv(members, UNHURRIED);
    }

    /// Notices members that hang.
    static final class Watch extends FD_ALL3 {
        Watch() {
            setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
            adopt(HEARTBEAT_MILLIS);
        }

        private void adopt(long millis) {
            interval = millis;
            timeout = millis * MISSED_HEARTBEATS;
            num_bits = computeBits();
        }

        @Override
        protected void handleViewChange(View view) {
            long paced = (long) HEARTBEAT_MILLIS * slowdown(view.size());
            if (paced != interval) {
                stopHeartbeatSender();
                stopTimeoutChecker();
                adopt(paced);
            }
            super.handleViewChange(view);
        }
    }

    /// Finds other parts of a group that has split.
    static final class Merge extends MERGE3 {
        Merge() {
            setId(ClassConfigurator.getProtocolId(MERGE3.class));
            adopt(1);
        }

        private void adopt(int slowdown) {
            min_interval = (long) MERGE_MIN_MILLIS * slowdown;
            max_interval = (long) MERGE_MAX_MILLIS * slowdown;
            check_interval = computeCheckInterval();
        }

        @Override
        public Object down(Event event) {
            if (event.getType() == Event.VIEW_CHANGE) {
                adopt(slowdown(event.<View>getArg().size()));
            }
            return super.down(event);
        }
    }
}
