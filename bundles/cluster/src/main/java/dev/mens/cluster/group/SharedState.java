package dev.mens.cluster.group;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import org.infinispan.AdvancedCache;
import org.infinispan.Cache;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.IllegalLifecycleStateException;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.commons.marshall.WrappedByteArray;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.configuration.global.UncleanShutdownAction;
import org.infinispan.configuration.parsing.ConfigurationBuilderHolder;
import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.TopologyChanged;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;
import org.infinispan.notifications.cachelistener.event.TopologyChangedEvent;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bytes by bytes that every member has in memory and on its disk. Parts of a split group go on by
/// themselves; when they meet, {@code newer} decides each entry that differs.
public final class SharedState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedState.class);
    private static final String CACHE = "shared";
    private static final int CHUNK_ENTRIES = 64;
    private static final long TRANSFER_SECONDS = 30;

    private final DefaultCacheManager manager;
    private final AdvancedCache<byte[], byte[]> cache;

    /// Starts the caches and connects the channel.
    ///
    /// @param machine this peer, as its address carries it
    /// @param rack this peer's incarnation, as its address carries it
    SharedState(
            JChannel channel,
            Path folder,
            String group,
            String machine,
            String rack,
            BinaryOperator<byte[]> newer)
            throws IOException {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        // Infinispan finds its parts through the context class loader, too.
        thread.setContextClassLoader(DefaultCacheManager.class.getClassLoader());
        try {
            manager = manager(channel, folder, group, machine, rack);
            manager.defineConfiguration(CACHE, configuration(newer));
            Cache<byte[], byte[]> started = manager.getCache(CACHE);
            cache = started.getAdvancedCache();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static DefaultCacheManager manager(
            JChannel channel, Path folder, String group, String machine, String rack) {
        var global = new GlobalConfigurationBuilder();
        global.classLoader(DefaultCacheManager.class.getClassLoader());
        global.cacheManagerName("mens");
        global.transport()
                .transport(new JGroupsTransport(channel))
                .clusterName(group)
                .machineId(machine)
                .rackId(rack);
        global.globalState()
                .enable()
                .persistentLocation(folder.toString())
                .temporaryLocation(folder.resolve("tmp").toString())
                .uncleanShutdownAction(UncleanShutdownAction.IGNORE);
        global.jmx().disable();
        global.metrics().gauges(false).histograms(false);
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        // Only through a holder: a finished configuration would be copied without its transport.
        var loader = DefaultCacheManager.class.getClassLoader();
        return new DefaultCacheManager(new ConfigurationBuilderHolder(loader, global), true);
    }

    private static Configuration configuration(BinaryOperator<byte[]> newer) {
        var builder = new ConfigurationBuilder();
        builder.clustering().cacheMode(CacheMode.REPL_SYNC).remoteTimeout(10, TimeUnit.SECONDS);
        builder.clustering()
                .stateTransfer()
                .chunkSize(CHUNK_ENTRIES)
                .timeout(TRANSFER_SECONDS, TimeUnit.SECONDS);
        builder.clustering()
                .partitionHandling()
                .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
                .mergePolicy(new Newer(newer));
        // Bytes are bytes: nothing is ever made an object of.
        builder.encoding().mediaType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        builder.persistence()
                .addSoftIndexFileStore()
                .dataLocation("data")
                .indexLocation("index")
                .purgeOnStartup(false)
                .preload(true);
        return builder.build();
    }

    /// @throws IOException if the group does not take it: somebody hangs, or this node is leaving
    public void put(byte[] key, byte[] value) throws IOException {
        try {
            cache.put(key, value);
        } catch (CacheException untaken) {
            throw new IOException("the mesh does not take it: " + untaken.getMessage(), untaken);
        }
    }

    /// Empty after the group was left.
    public Optional<byte[]> get(byte[] key) {
        try {
            return Optional.ofNullable(cache.get(key));
        } catch (IllegalLifecycleStateException left) {
            LOG.trace("The group is left", left);
            return Optional.empty();
        }
    }

    /// Empty after the group was left.
    public List<Map.Entry<byte[], byte[]>> all() {
        var all = new ArrayList<Map.Entry<byte[], byte[]>>();
        try (var entries = cache.entrySet().stream()) {
            entries.iterator().forEachRemaining(e -> all.add(Map.entry(e.getKey(), e.getValue())));
            return all;
        } catch (IllegalLifecycleStateException left) {
            LOG.trace("The group is left", left);
            return List.of();
        }
    }

    /// Calls back with every entry that may have changed: at once if a member has changed it, and
    /// with all of them when members have come or halves of a split group have met, because what
    /// moves then moves without events.
    void onChange(BiConsumer<byte[], byte[]> changed) {
        cache.addListener(
                new Changes(
                        changed,
                        () -> all().forEach(e -> changed.accept(e.getKey(), e.getValue()))));
    }

    @Override
    public void close() throws IOException {
        manager.close();
    }

    /// Public, because Infinispan calls it by reflection.
    @Listener(observation = Listener.Observation.POST)
    public static final class Changes {
        private final BiConsumer<byte[], byte[]> changed;
        private final Runnable moved;
        private final AtomicBoolean announcing = new AtomicBoolean();

        Changes(BiConsumer<byte[], byte[]> changed, Runnable moved) {
            this.changed = changed;
            this.moved = moved;
        }

        @CacheEntryCreated
        @CacheEntryModified
        public void changed(CacheEntryEvent<byte[], byte[]> event) {
            if (event.getValue() != null) {
                changed.accept(event.getKey(), event.getValue());
            }
        }

        /// The group's thread does not wait; of several movements in a row the last one counts.
        @TopologyChanged
        public void moved(TopologyChangedEvent<byte[], byte[]> event) {
            if (announcing.compareAndSet(false, true)) {
                Thread.ofVirtual()
                        .name("mesh state")
                        .start(
                                () -> {
                                    announcing.set(false);
                                    moved.run();
                                });
            }
        }
    }

    /// Infinispan hands over values as it stores them: bytes in a wrapper.
    private record Newer(BinaryOperator<byte[]> newer) implements EntryMergePolicy<Object, Object> {
        @Override
        public @Nullable CacheEntry<Object, Object> merge(
                @Nullable CacheEntry<Object, Object> preferred,
                List<CacheEntry<Object, Object>> others) {
            var winner = preferred;
            for (var other : others) {
                winner = winner == null || wins(other, winner) ? other : winner;
            }
            return winner;
        }

        private boolean wins(CacheEntry<?, ?> other, CacheEntry<?, ?> winner) {
            var challenger = bytes(other);
            return Arrays.equals(newer.apply(bytes(winner), challenger), challenger);
        }

        private static byte[] bytes(CacheEntry<?, ?> entry) {
            return entry.getValue() instanceof WrappedByteArray wrapped
                    ? wrapped.getBytes()
                    : (byte[]) entry.getValue();
        }
    }
}
