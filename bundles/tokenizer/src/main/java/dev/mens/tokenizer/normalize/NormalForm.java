package dev.mens.tokenizer.normalize;

import dev.mens.tokenizer.text.HfCharacters;
import java.text.Normalizer;

/// The four normal forms, of the Unicode version that HuggingFace's library carries.
public enum NormalForm {
    NFC(Normalizer.Form.NFC),
    NFD(Normalizer.Form.NFD),
    NFKC(Normalizer.Form.NFKC),
    NFKD(Normalizer.Form.NFKD);

    /// Java sorts long runs of marks in quadratic time; beyond this we do it ourselves.
    private static final int LONG_RUN = 24;

    private final Normalizer.Form form;

    NormalForm(Normalizer.Form form) {
        this.form = form;
    }

    String apply(String text) {
        int start = 0;
        int run = 0;
        boolean longRun = false;
        StringBuilder out = null;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            int next = at + Character.charCount(c);
            if (c >= 0x300) {
                if (HfCharacters.inert().contains(c)) {
                    out = out == null ? new StringBuilder(text.length()) : out;
                    out.append(normalized(text.substring(start, at), longRun));
                    out.appendCodePoint(c);
                    start = next;
                    run = 0;
                    longRun = false;
                } else {
                    run = HfCharacters.combining().contains(c) ? run + 1 : 0;
                    longRun |= run > LONG_RUN;
                }
            } else {
                run = 0;
            }
            at = next;
        }
        var rest = normalized(start == 0 ? text : text.substring(start), longRun);
        return out == null ? rest : out.append(rest).toString();
    }

    private String normalized(String text, boolean longRun) {
        if (longRun) {
            return Composition.normalize(text, form);
        }
        return Normalizer.isNormalized(text, form) ? text : Normalizer.normalize(text, form);
    }
}
