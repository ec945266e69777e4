package dev.mens.tokenizer.decode;

final class MetaspaceStage implements Stage {
    private final TokenDecoder.Metaspace decoder;
    private final Stage next;
    private boolean inFirst = true;

    MetaspaceStage(TokenDecoder.Metaspace decoder, Stage next) {
        this.decoder = decoder;
        this.next = next;
    }

    @Override
    public void accept(String fragment, boolean ends) {
        boolean drops = inFirst && decoder.dropsFirst();
        var text =
                drops
                        ? fragment.replace(String.valueOf(decoder.replacement()), "")
                        : fragment.replace(decoder.replacement(), ' ');
        next.accept(text, ends);
        inFirst &= !ends;
    }

    @Override
    public void finish() {
        next.finish();
    }
}
