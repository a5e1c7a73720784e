package org.sourceos.config.nix;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A list. Its elements may be unevaluated. Those that a builtin made of a function ({@code map}, {@code genList}) are not even
 * that before somebody asks for them: of a long list that is read once, no more than the values is ever there together.
 */
public final class NixList extends NixValue implements Iterable<NixValue> {
    static final NixList EMPTY = new NixList(new NixValue[0], null, null);

    /** Null where it is not made yet. An evaluated element may take its thunk's place; nothing else ever changes. */
    private final @Nullable NixValue[] elements;

    /** What makes an element of the one of {@link #source} at its index, or, without a source, of the index. */
    private final @Nullable NixValue function;

    private final @Nullable NixList source;

    /** Whether elements that are not kept were asked for. */
    private boolean asked;

    private NixList(@Nullable NixValue[] elements, @Nullable NixValue function, @Nullable NixList source) {
        this.elements = elements;
        this.function = function;
        this.source = source;
    }

    /** The array is the list's from now on. */
    static NixList of(NixValue... elements) {
        return elements.length == 0 ? EMPTY : new NixList(elements, null, null);
    }

    /** {@code map function list} */
    static NixList mapped(NixValue function, NixList list) {
        if (list.function != null) {
            // Maps of maps of maps would otherwise be as many Java calls within each other.
            for (int i = 0; i < list.size(); i++) {
                list.get(i);
            }
        }
        return list.size() == 0 ? EMPTY : new NixList(new NixValue[list.size()], function, list);
    }

    /** {@code genList function size} */
    static NixList generated(NixValue function, int size) {
        return size == 0 ? EMPTY : new NixList(new NixValue[size], function, null);
    }

    public int size() {
        return elements.length;
    }

    /** The element at an index from 0, perhaps unevaluated. */
    public NixValue get(int index) {
        NixValue element = elements[index];
        return element != null ? element : make(index);
    }

    private NixValue make(int index) {
        NixValue atOnce = atOnce(index);
        if (atOnce != null) {
            asked = true;
            return atOnce; // not kept: to make it again costs less than to keep it
        }
        if (function == null) {
            throw new IllegalStateException("a list of given elements lacks one");
        }
        NixValue made = Thunk.ofCall(function, source == null ? NixInt.of(index) : source.get(index));
        elements[index] = made;
        return made;
    }

    private @Nullable NixValue atOnce(int index) {
        return source == null && function instanceof Closure closure
                ? closure.lambda.resultAtOnce(NixInt.of(index))
                : null;
    }

    /** As {@link #get}, for printing: null where nobody has asked for the element, so that it cannot have been evaluated. */
    @Nullable NixValue known(int index) {
        NixValue element = elements[index];
        return element == null && asked ? atOnce(index) : element;
    }

    NixValue get(Interp in, int index) {
        NixValue atOnce = elements[index] == null ? atOnce(index) : null;
        NixValue element = atOnce != null ? atOnce : get(index);
        if (element instanceof Thunk thunk) {
            NixValue value = thunk.force(in);
            if (!Thunk.hasIdentity(value)) {
                elements[index] = value;
            }
            return value;
        }
        elements[index] = element;
        return element;
    }

    /** Lets an element that has been evaluated meanwhile take its thunk's place: of a long list, half is then garbage. */
    void settle(int index) {
        if (elements[index] instanceof Thunk thunk) {
            NixValue value = thunk.known();
            if (value != null && !Thunk.hasIdentity(value)) {
                elements[index] = value;
            }
        }
    }

    void copyTo(NixValue[] array, int at) {
        for (int i = 0; i < elements.length; i++) {
            array[at + i] = get(i);
        }
    }

    /** All but the first element. */
    NixList tail() {
        NixValue[] rest = new NixValue[elements.length - 1];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = get(i + 1);
        }
        return of(rest);
    }

    @Override
    public Iterator<NixValue> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < elements.length;
            }

            @Override
            public NixValue next() {
                if (next >= elements.length) {
                    throw new NoSuchElementException();
                }
                return get(next++);
            }
        };
    }

    @Override
    public String typeName() {
        return "list";
    }

    @Override
    public String typeWithArticle() {
        return "a list";
    }
}
