package dev.mens.itests.runtime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.mens.inference.Dispatcher;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.wiring.BundleWiring;

/// A backend is updated, replaced, removed and brought back while it serves.
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BackendSwapTest {
    /// An engine runs up to 64 tokens ahead of a slow reader; every stream must meet both swaps.
    private static final int TOKENS = 100;

    private static final int FIRST_SWAP = 5;
    private static final int SECOND_SWAP = 20;

    private static final int UPDATES = 20;
    private static final int DROPS = 5;
    private static final long LEAK_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Inject private BundleContext context;
    @Inject private Dispatcher dispatcher;
    @Inject private ModelCatalog models;

    @Configuration
    public Option[] node() throws IOException {
        return NodeUnderTest.with("swap");
    }

    /// A way to take the backend from under its streams and to bring it back.
    private interface Swap {
        void on(Backend backend) throws Exception;
    }

    @Test
    public void eight_streams_survive_updates_of_the_bundle() throws Exception {
        eightStreamsSurvive(Backend::update);
    }

    @Test
    public void eight_streams_survive_a_new_jar_over_the_old_one() throws Exception {
        eightStreamsSurvive(
                backend -> {
                    backend.drop();
                    backend.await(ServiceEvent.REGISTERED);
                });
    }

    @Test
    public void eight_streams_survive_that_the_jar_is_removed_and_brought_back() throws Exception {
        eightStreamsSurvive(
                backend -> {
                    backend.remove();
                    backend.await(ServiceEvent.UNREGISTERING);
                    backend.drop();
                    backend.await(ServiceEvent.REGISTERED);
                });
    }

    /// Swaps twice; each stream waits for that at those tokens, so that none is over before.
    private void eightStreamsSurvive(Swap swap) throws Exception {
        var streams = new Streams(dispatcher, models.resolve(""));
        try (var backend = new Backend(context);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var expected = texts(start(threads, streams, Map.of()));
            var stops = Map.of(FIRST_SWAP, new Stop(), SECOND_SWAP, new Stop());
            var running = start(threads, streams, stops);
            for (int count : List.of(FIRST_SWAP, SECOND_SWAP)) {
                var stop = stops.get(count);
                assertTrue("all reach token " + count, stop.allHere());
                swap.on(backend);
                stop.open();
            }
            assertEquals(expected, texts(running));
            assertEquals("streams that the newest backend took over", 8, moved());
        }
    }

    private static Map<String, Future<String>> start(
            ExecutorService threads, Streams streams, Map<Integer, Stop> stops) {
        Streams.Listener pause =
                count -> {
                    var stop = stops.get(count);
                    if (stop != null) {
                        stop.pass();
                    }
                };
        var running = new LinkedHashMap<String, Future<String>>();
        for (var prompt : Streams.PROMPTS) {
            running.put(prompt, threads.submit(() -> streams.text(prompt, TOKENS, pause)));
        }
        return running;
    }

    private static Map<String, String> texts(Map<String, Future<String>> running) throws Exception {
        var texts = new LinkedHashMap<String, String>();
        for (var entry : running.entrySet()) {
            texts.put(entry.getKey(), entry.getValue().get(60, TimeUnit.SECONDS));
        }
        return texts;
    }

    private long moved() {
        return dispatcher.backends().stream()
                .filter(backend -> backend.id().equals("cpu"))
                .findFirst()
                .orElseThrow()
                .movedIn();
    }

    /// Where eight streams wait for a swap.
    private static final class Stop {
        private final CountDownLatch here = new CountDownLatch(Streams.PROMPTS.size());
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() throws InterruptedException {
            here.countDown();
            assertTrue("the swap comes", opened.await(120, TimeUnit.SECONDS));
        }

        boolean allHere() throws InterruptedException {
            return here.await(60, TimeUnit.SECONDS);
        }

        void open() {
            opened.countDown();
        }
    }

    @Test
    public void twenty_updates_leak_no_class_loader() throws Exception {
        var streams = new Streams(dispatcher, models.resolve(""));
        var queue = new ReferenceQueue<ClassLoader>();
        var loaders = new HashSet<WeakReference<ClassLoader>>();
        try (var backend = new Backend(context)) {
            for (int i = 0; i < UPDATES; i++) {
                streams.text("Once upon a time", 5);
                var wiring = backend.bundle().adapt(BundleWiring.class);
                loaders.add(new WeakReference<>(wiring.getClassLoader(), queue));
                backend.update();
            }
            streams.text("Once upon a time", 5);
        }
        long deadline = System.nanoTime() + LEAK_PATIENCE_NANOS;
        while (!loaders.isEmpty() && System.nanoTime() < deadline) {
            System.gc();
            var cleared = queue.remove(100);
            while (cleared != null) {
                loaders.remove(cleared);
                cleared = queue.poll();
            }
        }
        assertEquals("class loaders of earlier versions that live", 0, loaders.size());
    }

    @Test
    public void a_dropped_jar_serves_within_two_seconds_and_a_replaced_one_is_away_for_0_2()
            throws Exception {
        var dropMillis = new ArrayList<Long>();
        var gapMillis = new ArrayList<Long>();
        try (var backend = new Backend(context)) {
            for (int i = 0; i < DROPS; i++) {
                backend.remove();
                backend.await(ServiceEvent.UNREGISTERING);
                long dropped = backend.drop();
                dropMillis.add(millis(backend.await(ServiceEvent.REGISTERED) - dropped));
                backend.drop();
                long gone = backend.await(ServiceEvent.UNREGISTERING);
                gapMillis.add(millis(backend.await(ServiceEvent.REGISTERED) - gone));
            }
        }
        System.out.printf(
                "hot swap: drop to service %d ms, without service %d ms (medians of %d)%n",
                median(dropMillis), median(gapMillis), DROPS);
        assertTrue("drop to service " + dropMillis, median(dropMillis) < 2000);
        assertTrue("without service " + gapMillis, median(gapMillis) < 200);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
