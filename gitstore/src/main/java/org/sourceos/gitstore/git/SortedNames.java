package org.sourceos.gitstore.git;

/** Objects in the order of their names, each with where it lies: the list in a pack's index, or in that of many packs. */
interface SortedNames {
    int count();

    /** The first eight bytes of a name, to compare unsigned. */
    long head(int position);

    /** All twenty. */
    void copyName(int position, byte[] to, int at);

    /** Which of its packs the object is in. */
    int pack(int position) throws CorruptObjectException;

    /** Where in that pack. */
    long offset(int position) throws CorruptObjectException;
}
