package dev.mens.itests.runtime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.mens.compute.Hardware;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.model.ModelCatalog;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.condition.Condition;
import tools.jackson.databind.ObjectMapper;

/// A node with the shipped features, as the launcher starts it.
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ShippedFeaturesTest {
    private static final String STARTED = "(osgi.condition.id=mens.started)";

    @Inject private BundleContext context;
    @Inject private ServiceComponentRuntime components;
    @Inject private Hardware hardware;
    @Inject private Dispatcher dispatcher;
    @Inject private ModelCatalog models;

    @Configuration
    public Option[] node() throws IOException {
        return NodeUnderTest.with("features");
    }

    /// As the launcher does when everything is started.
    @Before
    public void started() throws InvalidSyntaxException {
        if (context.getServiceReferences(Condition.class, STARTED).isEmpty()) {
            var id = FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, "mens.started"));
            context.registerService(Condition.class, Condition.INSTANCE, id);
        }
    }

    @Test
    public void all_bundles_are_active() {
        var idle =
                Arrays.stream(context.getBundles())
                        .filter(bundle -> bundle.getHeaders().get("Fragment-Host") == null)
                        .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                        .map(Bundle::getSymbolicName)
                        .toList();
        assertEquals(List.of(), idle);
    }

    @Test
    public void all_components_are_satisfied() {
        var unsatisfied =
                components.getComponentDescriptionDTOs().stream()
                        .flatMap(d -> components.getComponentConfigurationDTOs(d).stream())
                        .filter(c -> c.unsatisfiedReferences.length > 0 || c.failure != null)
                        .map(
                                c ->
                                        c.description.name
                                                + Arrays.stream(c.unsatisfiedReferences)
                                                        .map(reference -> reference.name)
                                                        .toList()
                                                + c.failure)
                        .toList();
        assertEquals(List.of(), unsatisfied);
    }

    @Test
    public void the_embedded_model_tells_its_story_on_the_processor() throws Exception {
        var model = models.resolve("");
        var golden = new ObjectMapper().readTree(new File(System.getProperty("mens.golden")));
        var story = golden.path("cases").path(0);
        var text = new StringBuilder();
        var prompt = Prompt.of(story.path("prompt").asString());
        try (var stream = dispatcher.submit(model, prompt, SamplingParams.greedy(200))) {
            while (stream.next() instanceof TokenEvent.Token token) {
                text.append(token.piece());
            }
            var end = (TokenEvent.End) stream.next();
            text.append(end.piece());
            assertEquals(TokenEvent.Reason.END_TOKEN, end.reason());
        }
        assertEquals(story.path("greedy_text").asString(), text.toString());
        var ran =
                dispatcher.backends().stream()
                        .filter(backend -> backend.loadedModels().contains("tinytales"))
                        .map(Dispatcher.BackendStatus::id)
                        .toList();
        assertEquals(List.of("cpu"), ran);
    }

    @Test
    public void the_probe_says_what_it_tried() {
        var report = hardware.report();
        assertTrue(report.processor().cores() >= 1);
        assertTrue(report.attempts().size() >= 5);
    }
}
