package dev.mens.cluster.group;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FILE_PING;
import org.jgroups.util.Responses;

/// FILE_PING that takes nobody's word: whoever the folder names is asked. The files of nodes that
/// were killed go on naming them as coordinators, and FILE_PING asks each of them ten times, for as
/// long as a join may take, to be let in.
final class FolderDiscovery extends FILE_PING {
    FolderDiscovery(Path folder) {
        setId(ClassConfigurator.getProtocolId(FILE_PING.class));
        location = folder.toString();
        register_shutdown_hook = false;
        remove_all_data_on_view_change = true;
        num_read_loops = 1;
    }

    @Override
    public void findMembers(List<Address> members, boolean initialDiscovery, Responses responses) {
        var named = new Responses(false);
        readAll(null, cluster_name, named);
        var self = Asking.self(this);
        var places = new HashSet<PhysicalAddress>();
        boolean isNamed = false;
        for (var one : named) {
            places.add(one.getPhysicalAddr());
            isNamed |=
                    self.getAddress().equals(one.getAddress())
                            && self.getPhysicalAddr().equals(one.getPhysicalAddr());
        }
        if (!isNamed) {
            write(List.of(self.coord(is_coord)), cluster_name);
        }
        Asking.all(this, cluster_name, places);
    }
}
