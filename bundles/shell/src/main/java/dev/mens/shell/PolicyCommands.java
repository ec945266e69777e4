package dev.mens.shell;

import dev.mens.diagnostics.Blame;
import dev.mens.mesh.Admission;
import dev.mens.mesh.Donations;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox policy`: what this node does for its peers.
@Component(service = Noun.class)
@GogoCommand(
        scope = "policy",
        function = {"show", "check", "set", "edit"})
public final class PolicyCommands implements Noun {
    private final Donations donations;
    private final Admission admission;
    private final Mesh mesh;

    @Activate
    public PolicyCommands(
            @Reference Donations donations, @Reference Admission admission, @Reference Mesh mesh) {
        this.donations = donations;
        this.admission = admission;
        this.mesh = mesh;
    }

    @Override
    public String summary() {
        return "what this node does for its peers";
    }

    @Descriptor("show what is granted, and the file that grants it")
    public PolicyRows.Shown show() {
        return PolicyRows.shown(donations.file(), donations.state());
    }

    /// @param kind of work
    record Answer(String kind, boolean admitted, String reason) {}

    /// @param file what is wrong or odd in the policy; `sound` if nothing is
    /// @param decisions none if the policy is not sound
    record Checked(List<String> file, List<Answer> decisions, int exitCode) implements Outcome {}

    @Descriptor("check the policy, and say how it decides on work; or ask a peer about its own")
    public Checked check(
            @Descriptor("the kind of work; every kind without it")
                    @Parameter(
                            names = {"-k", "--kind"},
                            absentValue = "")
                    @Nullable String kind,
            @Descriptor("ask this peer, by name or id, how it would decide")
                    @Parameter(
                            names = {"-p", "--peer"},
                            absentValue = "")
                    @Nullable String peer,
            @Descriptor("the CUDA tier that the work needs, 0 to 100")
                    @Parameter(names = "--cuda-tier", absentValue = "0")
                    int cudaTier,
            @Descriptor("the Metal tier that the work needs, 0 to 100")
                    @Parameter(names = "--metal-tier", absentValue = "0")
                    int metalTier,
            @Descriptor("gigabytes of accelerator memory that the work needs")
                    @Parameter(names = "--vram-gb", absentValue = "0")
                    int acceleratorGb,
            @Descriptor("local-only, paired-peers-only or public-mesh")
                    @Parameter(names = "--privacy", absentValue = "paired-peers-only")
                    String privacy,
            @Descriptor("the work holds sensitive data")
                    @Parameter(names = "--sensitive", presentValue = "true", absentValue = "false")
                    boolean sensitive,
            @Descriptor("the work is not safe for work")
                    @Parameter(names = "--nsfw", presentValue = "true", absentValue = "false")
                    boolean nsfw,
            @Descriptor("what the work is for") @Parameter(names = "--scope", absentValue = "")
                    @Nullable String scope,
            @Descriptor("seconds that the work may take")
                    @Parameter(names = "--seconds", absentValue = "0")
                    int seconds)
            throws IOException {
        requireNotNegative("--cuda-tier", cudaTier);
        requireNotNegative("--metal-tier", metalTier);
        requireNotNegative("--vram-gb", acceleratorGb);
        requireNotNegative("--seconds", seconds);
        var decisions = new ArrayList<Answer>();
        for (var asked : kinds(kind)) {
            var work =
                    new Workload(
                            asked,
                            mesh.status().self(),
                            cudaTier,
                            metalTier,
                            (long) acceleratorGb << 30,
                            0,
                            privacy,
                            sensitive,
                            nsfw,
                            scope == null ? "" : scope,
                            0,
                            1,
                            Duration.ofSeconds(seconds));
            var answer = peer == null ? admission.preview(work) : admission.ask(peer(peer), work);
            decisions.add(new Answer(asked.tag(), answer.admitted(), answer.reason()));
        }
        return peer == null ? checked(decisions) : new Checked(List.of(), decisions, 0);
    }

    private Checked checked(List<Answer> decisions) {
        return switch (donations.state()) {
            case Donations.Sound(_, _, _, var notes) ->
                    new Checked(notes.isEmpty() ? List.of("sound") : notes, decisions, 0);
            case Donations.Missing() -> new Checked(List.of("there is none"), decisions, 0);
            // All is refused, each for these faults.
            case Donations.Unsound(_, var faults) ->
                    new Checked(faults, List.of(), Blame.INPUT.exitCode());
        };
    }

    @Descriptor("change one value and leave the rest of the file as it is")
    public PolicyRows.Shown set(
            @Descriptor("KEY such as accepts_inference_workloads or slot.embed.max_concurrent")
                    String key,
            @Descriptor("VALUE true, false, a whole number or a list '[\"a\"]'") String value)
            throws IOException {
        donations.set(key, value);
        return show();
    }

    @Descriptor("open the policy in $VISUAL or $EDITOR, then check it")
    public String edit() throws IOException {
        donations.create();
        return donations.file().toString();
    }

    private PeerId peer(String reference) {
        var peers = mesh.present();
        var matches =
                peers.stream()
                        .filter(
                                peer ->
                                        peer.name().equals(reference)
                                                || peer.id().hex().startsWith(reference))
                        .toList();
        if (matches.size() != 1) {
            var names = peers.stream().map(one -> one.name()).collect(Collectors.joining(", "));
            throw ShellProblem.BAD_VALUE.with("--peer", "\"" + reference + "\"", "one of " + names);
        }
        return matches.getFirst().id();
    }

    private static List<TaskKind> kinds(@Nullable String tag) {
        if (tag == null) {
            return List.of(TaskKind.values());
        }
        var kind = TaskKind.parse(tag);
        if (kind.isEmpty()) {
            var tags = Arrays.stream(TaskKind.values()).map(TaskKind::tag).toList();
            throw ShellProblem.BAD_VALUE.with("--kind", tag, String.join(", ", tags));
        }
        return List.of(kind.get());
    }

    private static void requireNotNegative(String option, int value) {
        if (value < 0) {
            throw ShellProblem.BAD_VALUE.with(option, value, "at least 0");
        }
    }
}
