package dev.mens.formats.pickle;

import dev.mens.compute.DType;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.util.List;
import java.util.Optional;

/// What the names of the allow-list mean when a pickle calls them.
final class PickleCalls {
    private final PickleInput in;

    PickleCalls(PickleInput in) {
        this.in = in;
    }

    PickleValue name(String module, String name) {
        return PickleNames.of(module, name)
                .<PickleValue>map(PickleValue.Name::new)
                .orElseThrow(
                        () ->
                                FormatProblem.FORBIDDEN_PICKLE.with(
                                        in.file(), shown(module) + "." + shown(name)));
    }

    PickleValue call(PickleValue function, PickleValue argument) {
        if (!(function instanceof PickleValue.Name(var name))
                || !(argument instanceof PickleValue.Items items)) {
            throw bad("something that is no function is called");
        }
        var arguments = items.values;
        return switch (name.meaning()) {
            case OBJECT -> new PickleValue.Fields();
            case DICT -> dict(arguments);
            case ITEMS -> arguments.isEmpty() ? new PickleValue.Items() : arguments.getFirst();
            case FIRST_ARGUMENT -> argument(arguments, 0);
            case TENSOR -> tensor(arguments);
            case TENSOR_V3 -> tensor(arguments, dtype(argument(arguments, 6)));
            case NOTHING, BYTES -> PickleValue.Nothing.NONE;
            case STORAGE, UNTYPED_STORAGE, DTYPE -> throw bad("a type is called");
        };
    }

    /// An OrderedDict may come with its items as a list of pairs.
    private static PickleValue dict(List<PickleValue> arguments) {
        var fields = new PickleValue.Fields();
        if (!arguments.isEmpty() && arguments.getFirst() instanceof PickleValue.Items pairs) {
            for (var pair : pairs.values) {
                if (pair instanceof PickleValue.Items both && both.values.size() == 2) {
                    var value = both.values.get(1);
                    key(both.values.get(0)).ifPresent(key -> fields.values.put(key, value));
                }
            }
        }
        return fields;
    }

    private PickleValue tensor(List<PickleValue> arguments) {
        if (!(argument(arguments, 0) instanceof PickleValue.Storage storage)
                || storage.dtype() == null) {
            throw bad("a tensor has no storage");
        }
        return tensor(arguments, storage.dtype());
    }

    private PickleValue tensor(List<PickleValue> arguments, DType dtype) {
        if (!(argument(arguments, 0) instanceof PickleValue.Storage storage)) {
            throw bad("a tensor has no storage");
        }
        return new PickleValue.View(
                storage,
                dtype,
                whole(argument(arguments, 1)),
                wholes(argument(arguments, 2)),
                wholes(argument(arguments, 3)));
    }

    private DType dtype(PickleValue value) {
        if (value instanceof PickleValue.Name(var name) && name.storage() != null) {
            return name.storage();
        }
        throw bad("a tensor has no known type");
    }

    /// `('storage', class, key, device, elements)`, in legacy files followed by a view, which
    /// PyTorch has not written since 2017.
    PickleValue persistent(PickleValue id) {
        if (!(id instanceof PickleValue.Items items)
                || items.values.size() < 5
                || !(items.values.get(0) instanceof PickleValue.Text(var kind))
                || !kind.equals("storage")
                || !(items.values.get(1) instanceof PickleValue.Name(var type))
                || !(items.values.get(2) instanceof PickleValue.Text(var key))) {
            throw bad("a persistent id is no storage");
        }
        if (items.values.size() > 5 && items.values.get(5) != PickleValue.Nothing.NONE) {
            throw bad("a storage is a view of another, as PyTorch wrote before 2017");
        }
        long elements = whole(items.values.get(4));
        boolean untyped = type.meaning() == PickleNames.Meaning.UNTYPED_STORAGE;
        if (elements < 0 || !(untyped || type.meaning() == PickleNames.Meaning.STORAGE)) {
            throw bad("a persistent id is no storage");
        }
        try {
            var storage = new PickleValue.Storage(key, type.storage(), elements);
            storage.bytes();
            return storage;
        } catch (ArithmeticException overflow) {
            throw FormatProblem.BAD_PICKLE.because(
                    overflow, in.file(), in.position(), "a storage is larger than 2^63 bytes");
        }
    }

    /// `BUILD`: attributes of an object; for anything else there is nothing that we need.
    static void build(PickleValue object, PickleValue state) {
        if (object instanceof PickleValue.Fields fields
                && state instanceof PickleValue.Fields attributes
                && fields != attributes) {
            attributes.values.forEach(fields.values::putIfAbsent);
        }
    }

    /// How a dict's key is spelled in a tensor's name.
    static Optional<String> key(PickleValue value) {
        return switch (value) {
            case PickleValue.Text(var text) -> Optional.of(text);
            case PickleValue.Whole(long number) -> Optional.of(Long.toString(number));
            case PickleValue.Nothing _,
                    PickleValue.Real _,
                    PickleValue.Truth _,
                    PickleValue.Octets _,
                    PickleValue.Items _,
                    PickleValue.Fields _,
                    PickleValue.Name _,
                    PickleValue.Storage _,
                    PickleValue.View _ ->
                    Optional.empty();
        };
    }

    private PickleValue argument(List<PickleValue> arguments, int index) {
        if (index >= arguments.size()) {
            throw bad("a call lacks arguments");
        }
        return arguments.get(index);
    }

    private long whole(PickleValue value) {
        if (value instanceof PickleValue.Whole(long number)) {
            return number;
        }
        throw bad("a number is expected");
    }

    private long[] wholes(PickleValue value) {
        if (value instanceof PickleValue.Items items && items.values.size() <= 32) {
            return items.values.stream().mapToLong(this::whole).toArray();
        }
        throw bad("up to 32 numbers are expected");
    }

    private ProblemException bad(String why) {
        return FormatProblem.BAD_PICKLE.with(in.file(), in.position(), why);
    }

    private static String shown(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "…";
    }
}
