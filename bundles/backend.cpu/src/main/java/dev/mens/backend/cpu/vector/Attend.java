package dev.mens.backend.cpu.vector;

/// The heart of attention: queries of one head of keys over the pages of one sequence.
public interface Attend {
    /// Queries at once.
    int QUERIES = 8;

    /// For each query a scaled copy, its sums, its scores over a page and its state; and a page's
    /// keys or values as floats.
    static int scratchFloats(int size) {
        int row = Memory.stride(size) + 16;
        return QUERIES * (2 * row + CacheShape.PAGE + 4)
                + Panel.TILE_FLOATS
                + CacheShape.PAGE * row;
    }

    /// Writes the mixed values of up to {@link #QUERIES} queries. Query `j` is of row `j / group`
    /// of the part and of head `j % group` of the group.
    ///
    /// @param pages address of the addresses of the sequence's pages
    /// @param keys offset of this head's keys in a page
    /// @param values offset of this head's values in a page
    /// @param start position of the part's first row
    /// @param rows of the part
    /// @param first query
    /// @param queries how many
    /// @param q address of the group's heads in the part's first row
    /// @param out address of the same in the result
    /// @param step floats from one row to the next, of `q` and of `out`
    /// @param scratch {@link #scratchFloats} floats of the calling worker's own
    void attend(
            long pages,
            long keys,
            long values,
            int start,
            int rows,
            int first,
            int queries,
            long q,
            long out,
            int step,
            long scratch);
}
