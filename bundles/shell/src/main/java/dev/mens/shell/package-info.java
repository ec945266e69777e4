/// Every command of Mens, one class a noun, no logic. The same classes serve `vox`, the Felix
/// shell and scripts.
///
/// To add a noun, write a component like this; nothing else needs to know of it:
///
/// ```java
/// @Component(service = Noun.class)
/// @GogoCommand(scope = "backend", function = {"ls"})
/// public final class BackendCommands implements Noun {
///     public String summary() { return "what can run models here"; }
///
///     @Descriptor("list the backends")
///     public List<BackendRow> ls(
///             @Descriptor("say for this MODEL who can run it")
///             @Parameter(names = {"-m", "--model"}, absentValue = "") String model) {...}
/// }
/// ```
///
/// * It is typed `backend ls` in the shell and `vox backend ls` elsewhere. Scope `mens` is for
///   verbs without a noun (`predict`).
/// * Method names are verbs; a leading `_` is dropped, for verbs that are Java keywords.
/// * A first parameter `CommandSession` gives the caller's surroundings, see {@link
///   dev.mens.shell.Caller}. Parameters with `@Parameter` are options: `boolean` with
///   `presentValue = "true"`, or `String`, `Integer`, `Long`, `Double`, which are null if
///   `absentValue` is empty, or `List<String>`, which may be repeated. Others are arguments: the
///   first word of their `@Descriptor` is their name, in brackets if it may be missing (then null);
///   a `String[]` takes the rest.
/// * Commands return data: a record, a list of records, text, or nothing. {@link
///   dev.mens.shell.Tables} prints them for people, `--json` for programs; every command has
///   `--json` and `--help` without doing anything. A command that streams declares a `--json`
///   option itself. A record that implements {@link dev.mens.shell.Outcome} chooses the exit code.
/// * What goes wrong is a `ProblemException`, which names its exit code. `InterruptedException`
///   means Ctrl-C. Anything else is reported as `vox/shell/internal` or `vox/shell/io` and logged.
/// * Diagnostics and progress go to {@link dev.mens.shell.Caller#err}, never to the data.
@NullMarked
package dev.mens.shell;

import org.jspecify.annotations.NullMarked;
