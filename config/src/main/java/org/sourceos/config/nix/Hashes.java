package org.sourceos.config.nix;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Digests and the four ways Nix writes them. */
final class Hashes {
    static final String NIX32 = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final String HEX = "0123456789abcdef";

    private Hashes() {}

    /** How many bytes a digest of an algorithm has. */
    static int size(String algorithm) {
        return switch (algorithm) {
            case "md5" -> 16;
            case "sha1" -> 20;
            case "sha256" -> 32;
            case "sha512" -> 64;
            case "blake3" ->
                throw new EvalError(
                        EvalError.Kind.UNSUPPORTED,
                        "experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features"
                                + " blake3-hashes' to enable it");
            default ->
                throw new EvalError(
                        EvalError.Kind.OTHER,
                        "unknown hash algorithm '" + algorithm
                                + "', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'");
        };
    }

    static byte[] digest(String algorithm, String bytes) {
        int size = size(algorithm);
        try {
            String name = size == 16 ? "MD5" : size == 20 ? "SHA-1" : size == 32 ? "SHA-256" : "SHA-512";
            return MessageDigest.getInstance(name).digest(Bytes.toArray(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    static String hex(byte[] digest) {
        StringBuilder out = new StringBuilder(digest.length * 2);
        for (byte b : digest) {
            out.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
        }
        return out.toString();
    }

    /** Five bits a letter, the last bits first, without e, o, t and u. */
    static String nix32(byte[] digest) {
        int length = (digest.length * 8 - 1) / 5 + 1;
        StringBuilder out = new StringBuilder(length);
        for (int n = length - 1; n >= 0; n--) {
            int bit = n * 5;
            int index = bit / 8;
            int shift = bit % 8;
            int value = (digest[index] & 0xff) >> shift;
            if (index + 1 < digest.length) {
                value |= (digest[index + 1] & 0xff) << (8 - shift);
            }
            out.append(NIX32.charAt(value & 31));
        }
        return out.toString();
    }

    /** A digest in any of the four ways; which one is told by its length. */
    static byte[] parse(String text, String algorithm) {
        int size = size(algorithm);
        Optional<byte[]> digest = Optional.empty();
        if (text.length() == size * 2) {
            digest = parseHex(text);
        } else if (text.length() == (size * 8 - 1) / 5 + 1) {
            digest = parseNix32(text, size);
        } else if (text.length() == (size + 2) / 3 * 4) {
            digest = parseBase64(text);
        } else {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "hash '" + text + "' has wrong length for hash algorithm '" + algorithm + "'");
        }
        return digest.filter(d -> d.length == size)
                .orElseThrow(() -> new EvalError(EvalError.Kind.OTHER, "invalid hash '" + text + "'"));
    }

    static byte[] parseSri(String base64, String algorithm) {
        int size = size(algorithm);
        return parseBase64(base64)
                .filter(d -> d.length == size)
                .orElseThrow(() -> new EvalError(EvalError.Kind.OTHER, "invalid SRI hash '" + base64 + "'"));
    }

    private static Optional<byte[]> parseBase64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> parseHex(String text) {
        byte[] digest = new byte[text.length() / 2];
        for (int i = 0; i < text.length(); i++) {
            int value = Character.digit(text.charAt(i), 16);
            if (value < 0) {
                return Optional.empty();
            }
            digest[i / 2] |= (byte) (i % 2 == 0 ? value << 4 : value);
        }
        return Optional.of(digest);
    }

    private static Optional<byte[]> parseNix32(String text, int size) {
        byte[] digest = new byte[size];
        for (int n = 0; n < text.length(); n++) {
            int value = NIX32.indexOf(text.charAt(text.length() - n - 1));
            if (value < 0) {
                return Optional.empty();
            }
            int bit = n * 5;
            int index = bit / 8;
            int shift = bit % 8;
            digest[index] |= (byte) (value << shift);
            int rest = value >> (8 - shift);
            if (index + 1 < size) {
                digest[index + 1] |= (byte) rest;
            } else if (rest != 0) {
                return Optional.empty();
            }
        }
        return Optional.of(Arrays.copyOf(digest, size));
    }
}
