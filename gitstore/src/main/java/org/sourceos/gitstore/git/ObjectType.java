package org.sourceos.gitstore.git;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a git object is; the numbers are those of the pack format. */
public enum ObjectType {
    COMMIT(1),
    TREE(2),
    BLOB(3),
    TAG(4);

    private final int number;
    private final String word = name().toLowerCase(Locale.ROOT);

    ObjectType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ObjectType ofNumber(int number) throws CorruptObjectException {
        if (number < 1 || number > 4) {
            throw new CorruptObjectException("an object of unknown type " + number);
        }
        return values()[number - 1];
    }

    static ObjectType ofWord(String word) throws CorruptObjectException {
        for (ObjectType type : values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        throw new CorruptObjectException("an object of unknown type '" + word + "'");
    }

    /** As in an object's header. */
    public String word() {
        return word;
    }

    /** What is hashed before the content. */
    byte[] header(long size) {
        return (word() + " " + size + "\0").getBytes(StandardCharsets.US_ASCII);
    }
}
