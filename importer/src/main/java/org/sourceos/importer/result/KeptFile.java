package org.sourceos.importer.result;

/**
 * A file of the imported system that goes into the configuration.
 *
 * @param content without secrets
 * @param executable whether git is to say that it can be run
 */
public record KeptFile(byte[] content, boolean executable) {
    public KeptFile {
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }
}
