package dev.mens.tokenizer.normalize;

import java.text.Normalizer;

/// The four normal forms of Unicode.
public enum NormalForm {
    NFC(Normalizer.Form.NFC),
    NFD(Normalizer.Form.NFD),
    NFKC(Normalizer.Form.NFKC),
    NFKD(Normalizer.Form.NFKD);

    private final Normalizer.Form form;

    NormalForm(Normalizer.Form form) {
        this.form = form;
    }

    String apply(String text) {
        return Normalizer.isNormalized(text, form) ? text : Normalizer.normalize(text, form);
    }
}
