package dev.mens.compute;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A transformer as data: what a device needs to run it, and nothing about files or families.
///
/// The hidden state `x` is `[rows, hidden]` in at least f32. It starts as the embedding of each
/// row's token, passes every layer in order, and leaves through the head.
///
/// @param name for messages and cache keys
/// @param hidden width of the residual stream
/// @param vocabulary rows of the head's weight that are tokens; padding rows are not counted
/// @param contextTokens the longest sequence that positions are defined for
/// @param head `null` for an encoder, whose result is its hidden state
public record Network(
        String name,
        int hidden,
        int vocabulary,
        int contextTokens,
        Embedding embedding,
        List<Layer> layers,
        @Nullable Head head) {
    public Network {
        layers = List.copyOf(layers);
    }

    /// `x[r] = norm(scale · tokens[id] + positions[position] + segment)`.
    ///
    /// @param tokens `[vocabulary, hidden]`
    /// @param positions `[contextTokens, hidden]`, learned absolute positions (BERT)
    /// @param segment `[hidden]`, added to every row (BERT's token type 0)
    public record Embedding(
            Tensor tokens,
            float scale,
            @Nullable Tensor positions,
            @Nullable Tensor segment,
            @Nullable Norm norm) {}

    /// First `attention`, then `mixer`; each adds its branch to the residual stream.
    public record Layer(Attention attention, Mixer mixer) {}

    /// How a branch joins the residual stream: `x ← sum(x + scale · after(branch(before(x))))`.
    /// An absent norm is the identity.
    public record Residual(
            @Nullable Norm before, @Nullable Norm after, @Nullable Norm sum, float scale) {}

    /// `y = weight · x + bias`.
    ///
    /// @param weight `[outputs, inputs]`
    /// @param bias `[outputs]`
    public record Linear(Tensor weight, @Nullable Tensor bias) {}

    /// Normalization of a row.
    public sealed interface Norm {
        float epsilon();

        /// `y = (offset + gain) · x / √(mean(x²) + ε)`; `offset` is 1 for Gemma, otherwise 0.
        ///
        /// @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich 2019</a>
        record Rms(Tensor gain, float offset, float epsilon) implements Norm {}

        /// `y = gain · (x − mean) / √(var + ε) + bias`.
        ///
        /// @see <a href="https://arxiv.org/abs/1607.06450">Ba et al. 2016</a>
        record Layer(Tensor gain, @Nullable Tensor bias, float epsilon) implements Norm {}
    }

    /// Multi-head attention with grouped keys and values. Query head `h` reads key head
    /// `h · keyHeads / heads`. Scores are `scale · q·k`, soft-capped as `c · tanh(s / c)` if
    /// `softCap > 0`, and a query at position `p` sees keys at `(p − window, p]` (all up to `p` if
    /// `window` is 0; every position if not `causal`).
    ///
    /// @param query `[heads · headSize, hidden]`
    /// @param key `[keyHeads · headSize, hidden]`
    /// @param value `[keyHeads · headSize, hidden]`
    /// @param output `[hidden, heads · headSize]`
    /// @param queryNorm applied before rotation: to each head if its gain is `[headSize]`, to
    ///     the whole projection if its gain is longer; `keyNorm` likewise
    public record Attention(
            Residual residual,
            Linear query,
            Linear key,
            Linear value,
            Linear output,
            int heads,
            int keyHeads,
            int headSize,
            @Nullable Norm queryNorm,
            @Nullable Norm keyNorm,
            @Nullable Rope rope,
            float scale,
            float softCap,
            int window,
            boolean causal) {}

    /// Rotary positions: dimension `i` of a head is paired with `i +
    /// inverseFrequencies.length`, and the pair at position `p` is turned by `p · f[i]` and
    /// scaled by `magnitude`. Dimensions beyond
    /// `2 · inverseFrequencies.length` pass unchanged.
    ///
    /// @param inverseFrequencies radians per position
    /// @param beyond used instead for every position once the sequence is longer than
    ///     `beyondTokens` (longrope); absent otherwise
    /// @see <a href="https://arxiv.org/abs/2104.09864">Su et al. 2021</a>
    public record Rope(
            float[] inverseFrequencies,
            float magnitude,
            float @Nullable [] beyond,
            int beyondTokens) {}

    /// The second half of a layer.
    public sealed interface Mixer {
        Residual residual();
    }

    /// `down · (activation(gate · x) ⊙ up · x)`, or `down · activation(up · x)` without a gate.
    public record FeedForward(
            Residual residual, @Nullable Linear gate, Linear up, Linear down, Activation activation)
            implements Mixer {}

    /// A mixture of experts: the router's softmax picks `chosen` experts for each row, whose
    /// outputs are added with the router's weights, which sum to 1 if `renormalize`.
    ///
    /// @param router `[experts, hidden]`
    public record Experts(
            Residual residual,
            Linear router,
            List<Expert> experts,
            int chosen,
            boolean renormalize,
            Activation activation)
            implements Mixer {
        public Experts {
            experts = List.copyOf(experts);
        }
    }

    /// One gated feed-forward of {@link Experts}.
    public record Expert(Linear gate, Linear up, Linear down) {}

    public enum Activation {
        SILU,
        /// `x · Φ(x)` with the error function.
        GELU,
        /// The tanh approximation of GELU.
        GELU_TANH,
        RELU
    }

    /// `logits = softCap(scale · weight · norm(x))`, soft-capped as in {@link Attention}.
    ///
    /// @param weight `[at least vocabulary, hidden]`; may be the embedding's own tensor
    public record Head(@Nullable Norm norm, Linear weight, float scale, float softCap) {}
}
