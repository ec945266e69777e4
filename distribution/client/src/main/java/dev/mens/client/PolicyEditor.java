package dev.mens.client;

import dev.mens.console.Home;
import dev.mens.console.Request;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `vox policy edit`: the node makes sure that there is a policy, the caller's editor changes it
/// on the caller's terminal, and the node says whether it is sound.
record PolicyEditor(Home home) {
    private static final List<String> EDIT = List.of("policy", "edit");

    static boolean wanted(String[] arguments) {
        return List.of(arguments).equals(EDIT);
    }

    int run(Request request) throws IOException, InterruptedException {
        int code = ask(request);
        var editor = editor();
        if (code != 0) {
            return code;
        }
        if (editor == null) {
            System.err.println("note: set VISUAL or EDITOR, and it opens there");
            return 0;
        }
        // A shell, because people write EDITOR="code --wait".
        var file = home.folder().resolve("etc").resolve("donations.vox").toString();
        int edited =
                new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file)
                        .inheritIO()
                        .start()
                        .waitFor();
        if (edited != 0) {
            System.err.println(
                    "note: " + editor + " ended with " + edited + "; nothing is checked");
            return edited;
        }
        return ask(check(request));
    }

    private static Request check(Request from) {
        return new Request(
                List.of("policy", "check"),
                from.directory(),
                from.environment(),
                from.terminals(),
                from.columns(),
                from.rows());
    }

    private int ask(Request request) throws IOException, InterruptedException {
        return new Exchange(new NodeFinder(home).runningOrStarted(request.encode())).run(false);
    }

    private static @Nullable String editor() {
        for (var name : List.of("VISUAL", "EDITOR")) {
            @Nullable String editor = System.getenv(name);
            if (editor != null && !editor.isBlank()) {
                return editor;
            }
        }
        return null;
    }
}
