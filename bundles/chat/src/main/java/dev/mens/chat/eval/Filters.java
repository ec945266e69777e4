package dev.mens.chat.eval;

import java.util.HashMap;
import java.util.Map;

/// Every filter by name: {@link TextFilters}, {@link HtmlFilters}, {@link NumberFilters}, {@link
/// SequenceFilters}, {@link SelectionFilters}, {@link OrderFilters} and {@link JsonFilter}.
final class Filters {
    static final Map<String, Filter> ALL = all();

    private Filters() {}

    private static Map<String, Filter> all() {
        var all = new HashMap<String, Filter>();
        all.putAll(TextFilters.ALL);
        all.putAll(HtmlFilters.ALL);
        all.putAll(NumberFilters.ALL);
        all.putAll(SequenceFilters.ALL);
        all.putAll(SelectionFilters.ALL);
        all.putAll(OrderFilters.ALL);
        all.put("tojson", JsonFilter::apply);
        return Map.copyOf(all);
    }
}
