package org.sourceos.host;

import java.io.IOException;

/** A terminal somebody sits at. */
public interface Terminal {
    /** Rows and columns; 24 by 80 where a terminal does not know. */
    record Size(int rows, int columns) {
        private static final int MAX = 65_535;

        public Size {
            rows = rows < 1 || rows > MAX ? 24 : rows;
            columns = columns < 1 || columns > MAX ? 80 : columns;
        }
    }

    /** A terminal in raw mode; closing gives it back as it was. Closing twice is harmless. */
    interface RawMode extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    Size size() throws IOException;

    /** Hands every key on as it is pressed, Ctrl-C included, and shows nothing by itself. */
    RawMode raw() throws IOException;
}
