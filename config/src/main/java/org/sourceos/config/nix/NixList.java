package org.sourceos.config.nix;

/** A list. Its elements may be unevaluated. */
public final class NixList extends NixValue {
    static final NixList EMPTY = new NixList(new NixValue[0]);

    /** Never changed after the list is made, except that an evaluated element may take its thunk's place. */
    final NixValue[] elements;

    NixList(NixValue[] elements) {
        this.elements = elements;
    }

    static NixList of(NixValue... elements) {
        return elements.length == 0 ? EMPTY : new NixList(elements);
    }

    public int size() {
        return elements.length;
    }

    /** The element at an index from 0, perhaps unevaluated. */
    public NixValue get(int index) {
        return elements[index];
    }

    NixValue get(Interp in, int index) {
        NixValue element = elements[index];
        if (element instanceof Thunk thunk) {
            NixValue value = thunk.force(in);
            if (!Thunk.hasIdentity(value)) {
                elements[index] = value;
            }
            return value;
        }
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

    @Override
    public String typeName() {
        return "list";
    }

    @Override
    public String typeWithArticle() {
        return "a list";
    }
}
