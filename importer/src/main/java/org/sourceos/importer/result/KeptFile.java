package org.sourceos.importer.result;

/** A file of the imported system that goes into the configuration: without secrets. */
public final class KeptFile {
    private final byte[] content;
    private final boolean executable;

    KeptFile(byte[] content, boolean executable) {
        this.content = content.clone();
        this.executable = executable;
    }

    public byte[] content() {
        return content.clone();
    }

    /** Whether git is to say that it can be run. */
    public boolean executable() {
        return executable;
    }
}
