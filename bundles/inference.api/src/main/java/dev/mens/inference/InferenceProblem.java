package dev.mens.inference;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a request; published by the bundle `dispatch`.
public enum InferenceProblem implements Problem {
    BAD_SAMPLING(
            "bad-sampling", Blame.INPUT, "%s is %s, but must be %s", "give a value in that range"),
    NO_BACKEND(
            "no-backend",
            Blame.INPUT,
            "no backend can serve %s: %s",
            "see `vox backend ls`, or choose another model"),
    BACKEND_MISSING(
            "backend-missing",
            Blame.INFRASTRUCTURE,
            "no backend is installed that could serve %s",
            "put a backend's jar into the node's deploy folder, or start the node again"),
    CONTEXT_OVERFLOW(
            "context-overflow",
            Blame.INPUT,
            "the prompt has %d tokens, but %s has room for %d",
            "shorten the prompt, or choose a model with a longer context"),
    EMPTY_PROMPT("empty-prompt", Blame.INPUT, "the prompt has no tokens", "give some text"),
    BAD_TOKEN(
            "bad-token",
            Blame.INPUT,
            "token %d is outside the vocabulary of %d",
            "use ids of this model's tokenizer"),
    NO_CHAT_TEMPLATE(
            "no-chat-template",
            Blame.INPUT,
            "%s has no chat template",
            "use `vox predict` with plain text, or an instruction-tuned model"),
    NOT_FINITE(
            "not-finite",
            Blame.INPUT,
            "the model's logits are not finite after token %d",
            "get the weights again: they hold NaN or infinite values"),
    NOT_AN_ENCODER(
            "not-an-encoder",
            Blame.INPUT,
            "%s does not embed text",
            "choose an encoder such as a MiniLM, BGE or E5"),
    NOT_A_GENERATOR(
            "not-a-generator",
            Blame.INPUT,
            "%s is an encoder and generates no text",
            "choose a decoder model");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    InferenceProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/inference/" + kebab;
        this.blame = blame;
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
        return blame;
    }
}
