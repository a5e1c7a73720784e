package org.sourceos.rebuild.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the dynamic loader reads of an ELF file (System V ABI, chapters 4 and 5): 32 or 64 bits, either byte order.
 *
 * @param machine {@code e_machine}: 62 is x86-64, 183 is AArch64
 * @param type what kind of ELF file it is
 * @param interpreter {@code PT_INTERP}
 * @param needed {@code DT_NEEDED}, in order
 * @param rpath folders of {@code DT_RPATH}, in order, unexpanded
 * @param runpath folders of {@code DT_RUNPATH}
 */
record ElfFile(
        boolean is64,
        int machine,
        Type type,
        Optional<String> interpreter,
        List<String> needed,
        Optional<String> soname,
        List<String> rpath,
        List<String> runpath) {
    enum Type {
        RELOCATABLE,
        EXECUTABLE,
        SHARED,
        OTHER
    }

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final long DT_NULL = 0;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_STRSZ = 10;
    private static final long DT_SONAME = 14;
    private static final long DT_RPATH = 15;
    private static final long DT_RUNPATH = 29;
    private static final int LONGEST_STRING = 4096;

    /** Whether a file that begins so may be one; four bytes are enough. */
    static boolean hasMagic(byte[] beginning) {
        return beginning.length >= 4
                && beginning[0] == 0x7f
                && beginning[1] == 'E'
                && beginning[2] == 'L'
                && beginning[3] == 'F';
    }

    /** Empty for what is no ELF file, or a broken one: the loader would not load it either. */
    static Optional<ElfFile> parse(byte[] file) {
        if (!hasMagic(file) || file.length < 20) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Reader(file).read());
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** A number in the file points to where nothing is: caught in {@link #parse}, never seen outside. */
    private static final class Reader {
        private final ByteBuffer bytes;
        private final boolean is64;
        private final List<long[]> loads = new ArrayList<>();

        Reader(byte[] file) {
            is64 = file[4] == 2;
            bytes = ByteBuffer.wrap(file).order(file[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }

        ElfFile read() {
            Type type = switch (half(16)) {
                case 1 -> Type.RELOCATABLE;
                case 2 -> Type.EXECUTABLE;
                case 3 -> Type.SHARED;
                default -> Type.OTHER;
            };
            int machine = half(18);
            long programHeaders = word(is64 ? 32 : 28);
            int entrySize = half(is64 ? 54 : 42);
            int entries = half(is64 ? 56 : 44);
            Optional<String> interpreter = Optional.empty();
            long dynamicOffset = -1;
            long dynamicSize = 0;
            for (int i = 0; i < entries; i++) {
                long at = Math.addExact(programHeaders, (long) i * entrySize);
                int kind = bytes.getInt(index(at));
                long offset = word(at + (is64 ? 8 : 4));
                long address = word(at + (is64 ? 16 : 8));
                long fileSize = word(at + (is64 ? 32 : 16));
                if (kind == PT_LOAD) {
                    loads.add(new long[] {address, fileSize, offset});
                } else if (kind == PT_DYNAMIC) {
                    dynamicOffset = offset;
                    dynamicSize = fileSize;
                } else if (kind == PT_INTERP) {
                    interpreter = Optional.of(string(offset, fileSize));
                }
            }
            return dynamicOffset < 0
                    ? new ElfFile(is64, machine, type, interpreter, List.of(), Optional.empty(), List.of(), List.of())
                    : readDynamic(type, machine, interpreter, dynamicOffset, dynamicSize);
        }

        private ElfFile readDynamic(Type type, int machine, Optional<String> interpreter, long offset, long size) {
            int width = is64 ? 8 : 4;
            List<long[]> tags = new ArrayList<>();
            long stringsAddress = 0;
            long stringsSize = 0;
            for (long at = offset; at < Math.addExact(offset, size); at += 2L * width) {
                long tag = word(at);
                long value = word(at + width);
                if (tag == DT_NULL) {
                    break;
                } else if (tag == DT_STRTAB) {
                    stringsAddress = value;
                } else if (tag == DT_STRSZ) {
                    stringsSize = value;
                } else {
                    tags.add(new long[] {tag, value});
                }
            }
            List<String> needed = new ArrayList<>();
            Optional<String> soname = Optional.empty();
            List<String> rpath = List.of();
            List<String> runpath = List.of();
            for (long[] tag : tags) {
                boolean known =
                        tag[0] == DT_NEEDED || tag[0] == DT_SONAME || tag[0] == DT_RPATH || tag[0] == DT_RUNPATH;
                if (!known) {
                    continue;
                }
                if (tag[1] < 0 || tag[1] >= stringsSize) {
                    throw new IndexOutOfBoundsException("a string outside of the string table");
                }
                String text = string(Math.addExact(fileOffset(stringsAddress), tag[1]), stringsSize - tag[1]);
                if (tag[0] == DT_NEEDED) {
                    needed.add(text);
                } else if (tag[0] == DT_SONAME) {
                    soname = Optional.of(text);
                } else if (tag[0] == DT_RPATH) {
                    rpath = folders(text);
                } else {
                    runpath = folders(text);
                }
            }
            return new ElfFile(is64, machine, type, interpreter, List.copyOf(needed), soname, rpath, runpath);
        }

        private static List<String> folders(String path) {
            return List.of(path.split(":")).stream().filter(f -> !f.isEmpty()).toList();
        }

        /** Where in the file the byte lies that is loaded at {@code address}. */
        private long fileOffset(long address) {
            for (long[] load : loads) {
                if (address >= load[0] && address - load[0] < load[1]) {
                    return Math.addExact(load[2], address - load[0]);
                }
            }
            throw new IndexOutOfBoundsException("an address that is not loaded");
        }

        private String string(long offset, long limit) {
            int from = index(offset);
            int longest = (int) Math.min(Math.min(limit, LONGEST_STRING), bytes.capacity() - from);
            for (int length = 0; length < longest; length++) {
                if (bytes.get(from + length) == 0) {
                    return new String(bytes.array(), from, length, StandardCharsets.UTF_8);
                }
            }
            throw new IndexOutOfBoundsException("a string without end");
        }

        private int half(long at) {
            return Short.toUnsignedInt(bytes.getShort(index(at)));
        }

        /** An address or offset: 4 or 8 bytes. */
        private long word(long at) {
            return is64 ? bytes.getLong(index(at)) : Integer.toUnsignedLong(bytes.getInt(index(at)));
        }

        private int index(long at) {
            if (at < 0 || at >= bytes.capacity()) {
                throw new IndexOutOfBoundsException("outside of the file");
            }
            return (int) at;
        }
    }
}
