package org.sourceos.launcher.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.sourceos.host.AtomicFile;

/**
 * Hides what was in a machine's memory from other users: git's objects are everybody's who may read the store, and go wherever
 * somebody copies them. What is hidden is compressed (zlib) and encrypted with AES-256 in counter mode; where it begins to count is the HMAC-SHA-256 of
 * the content, cut to 16 bytes, so that the same content gives the same bytes and another byte is noticed. The key is a file
 * beside the objects that only the store's owner can read.
 */
final class Seal {
    /** In the repository, so that who copies that as its owner has it too. */
    static final String KEY = "checkpoints.key";

    private static final int KEY_BYTES = 32;
    private static final int START_BYTES = 16;

    private final SecretKeySpec encryption;
    private final SecretKeySpec authentication;

    private Seal(byte[] key) {
        this.encryption = new SecretKeySpec(derive(key, "encrypt"), "AES");
        this.authentication = new SecretKeySpec(derive(key, "authenticate"), "HmacSHA256");
    }

    private static byte[] derive(byte[] key, String purpose) {
        return hmac(
                new SecretKeySpec(key, "HmacSHA256"),
                ("sourceos checkpoint " + purpose).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static byte[] hmac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    /** With the key of a repository, which is made if there is none yet. */
    static Seal making(Path repository) throws IOException {
        Path file = repository.resolve(KEY);
        if (!Files.exists(file)) {
            make(file);
        }
        return of(repository);
    }

    /** Fails where there is no key, or it is somebody else's. */
    static Seal of(Path repository) throws IOException {
        Path file = repository.resolve(KEY);
        byte[] key;
        try {
            key = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("the key of the store's checkpoints is missing: " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("only the owner of the store can read the key of its checkpoints: " + file, e);
        }
        if (key.length != KEY_BYTES) {
            throw new IOException("the key of the store's checkpoints is damaged: " + file);
        }
        return new Seal(key);
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        // Temporary files are their owner's alone. Linked and not renamed: who is second uses what the first made.
        Path begun = Files.createTempFile(file.resolveSibling(""), "." + KEY, ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(begun, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(key));
                channel.force(true);
            }
            Files.createLink(file, begun);
            AtomicFile.syncFolder(file.resolveSibling(""));
        } catch (FileAlreadyExistsException e) {
            // Another process was quicker.
        } finally {
            Files.deleteIfExists(begun);
        }
    }

    /** Compresses it, because nobody can afterwards, and hides it. */
    byte[] close(byte[] content) {
        byte[] deflated = deflate(content);
        byte[] start = start(deflated);
        byte[] counted = count(start, deflated, 0);
        byte[] closed = Arrays.copyOf(start, START_BYTES + counted.length);
        System.arraycopy(counted, 0, closed, START_BYTES, counted.length);
        return closed;
    }

    byte[] open(byte[] closed) throws IOException {
        if (closed.length < START_BYTES) {
            throw new IOException("a part of it is cut short");
        }
        byte[] start = Arrays.copyOf(closed, START_BYTES);
        byte[] deflated = count(start, closed, START_BYTES);
        if (!MessageDigest.isEqual(start, start(deflated))) {
            throw new IOException("a part of it is damaged, or was written with another key");
        }
        // Only who has the key can have made it, so it is not larger than it was.
        try (InputStream content = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            return content.readAllBytes();
        }
    }

    private static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(1);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream(content.length / 2 + 64);
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private byte[] start(byte[] content) {
        return Arrays.copyOf(hmac(authentication, content), START_BYTES);
    }

    private byte[] count(byte[] start, byte[] bytes, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, encryption, new IvParameterSpec(start));
            return cipher.doFinal(bytes, from, bytes.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in counter mode", e);
        }
    }
}
