package dev.mens.tokenizer.json;

import dev.mens.tokenizer.pipeline.PostProcessor;
import dev.mens.tokenizer.pipeline.PostProcessor.Template.Piece;
import java.util.ArrayList;
import java.util.List;

/// Post-processors as tokenizer.json writes them.
final class PostProcessors {
    private PostProcessors() {}

    static PostProcessor of(Section json) {
        return switch (json.type()) {
            case "Sequence" ->
                    new PostProcessor.Chain(
                            json.sections("processors").stream().map(PostProcessors::of).toList());
            case "ByteLevel" -> new PostProcessor.Nothing();
            case "TemplateProcessing" ->
                    new PostProcessor.Template(template(json, "single"), template(json, "pair"));
            case "BertProcessing", "RobertaProcessing" ->
                    new PostProcessor.Frame(
                            json.idOfPair("cls", TokenizerJson.MAX_ID),
                            json.idOfPair("sep", TokenizerJson.MAX_ID),
                            json.type().equals("RobertaProcessing"));
            default -> throw json.unsupported("the post-processor " + json.type());
        };
    }

    private static List<Piece> template(Section json, String name) {
        var pieces = new ArrayList<Piece>();
        for (var piece : json.sections(name)) {
            if (piece.has("Sequence")) {
                var id = piece.section("Sequence").string("id");
                pieces.add(new PostProcessor.Template.Sequence(id.equals("A") ? 0 : 1));
            } else {
                var id = piece.section("SpecialToken").string("id");
                var token = json.section("special_tokens").section(id);
                pieces.add(
                        new PostProcessor.Template.Special(
                                token.numbers("ids", TokenizerJson.MAX_ID)));
            }
        }
        return pieces;
    }
}
