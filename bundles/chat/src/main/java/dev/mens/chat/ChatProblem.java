package dev.mens.chat;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a chat template or with what it is given.
enum ChatProblem implements Problem {
    TEMPLATE_SYNTAX(
            "template-syntax",
            "line %d of the chat template: %s",
            "correct the template, or take the one that the model's publisher ships"),
    TEMPLATE_FAILED(
            "template-failed",
            "line %d of the chat template fails on this conversation: %s",
            "give the messages the fields that the template reads, or correct the template"),
    TEMPLATE_REFUSED(
            "template-refused",
            "the chat template refuses this conversation: %2$s (line %1$d)",
            "arrange the messages as the template's message says"),
    TEMPLATE_BOUNDS(
            "template-bounds",
            "line %d of the chat template exceeds its bounds: %s",
            "use a template that does less, or a shorter conversation"),
    TEMPLATE_FILE("template-file", "%s: %s", "restore the file from where the model came from"),
    UNSUPPORTED_VALUE(
            "unsupported-value",
            "a conversation cannot hold %s",
            "give only JSON values: texts, numbers, booleans, null, lists and objects");

    private final String id;
    private final String facts;
    private final String remedy;

    ChatProblem(String name, String facts, String remedy) {
        this.id = "vox/chat/" + name;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return Blame.INPUT;
    }
}
