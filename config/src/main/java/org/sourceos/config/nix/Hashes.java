package org.sourceos.config.nix;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** Digests and the four ways Nix writes them. */
final class Hashes {
    static final String NIX32 = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final String HEX = "0123456789abcdef";
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

    /** A digest in any of three ways; which one is told by its length. */
    static byte[] parse(String text, String algorithm) {
        int size = size(algorithm);
        if (text.length() == size * 2) {
            return checked("base16", text, hexBytes(text), size);
        }
        if (text.length() == (size * 8 - 1) / 5 + 1) {
            return checked("nix32", text, nix32Bytes(text), size);
        }
        if (text.length() == (size + 2) / 3 * 4) {
            return checked("Base64", text, base64Bytes(text), size);
        }
        throw new EvalError(
                EvalError.Kind.OTHER, "hash '" + text + "' has wrong length for hash algorithm '" + algorithm + "'");
    }

    /** The digest of {@code sha256-…}. */
    static byte[] parseSri(String base64, String algorithm) {
        return checked("SRI", base64, base64Bytes(base64), size(algorithm));
    }

    private static byte[] checked(String way, String text, Optional<byte[]> digest, int size) {
        byte[] bytes = digest.orElse(new byte[0]);
        if (bytes.length != size) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "invalid " + way + " hash '" + text + "', length " + bytes.length + " != expected length " + size);
        }
        return bytes;
    }

    /** As far as the first {@code =}; empty when there is something that does not belong there. */
    private static Optional<byte[]> base64Bytes(String text) {
        int end = text.indexOf('=');
        String digits = (end < 0 ? text : text.substring(0, end)).replace("\n", "");
        byte[] bytes = new byte[digits.length() * 6 / 8];
        int bits = 0;
        int value = 0;
        int at = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = BASE64.indexOf(digits.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            value = value << 6 | digit;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (value >> bits);
            }
        }
        return Optional.of(bytes);
    }

    private static Optional<byte[]> hexBytes(String text) {
        byte[] digest = new byte[text.length() / 2];
        for (int i = 0; i < text.length(); i++) {
            int value = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (value < 0) {
                return Optional.empty();
            }
            digest[i / 2] |= (byte) (i % 2 == 0 ? value << 4 : value);
        }
        return Optional.of(digest);
    }

    /** One byte too many when the first letter says more than a digest of this length can hold. */
    private static Optional<byte[]> nix32Bytes(String text) {
        int length = (text.length() - 1) * 5 / 8 + 1;
        byte[] digest = new byte[length + 1];
        for (int n = 0; n < text.length(); n++) {
            int value = NIX32.indexOf(text.charAt(text.length() - n - 1));
            if (value < 0) {
                return Optional.empty();
            }
            int bit = n * 5;
            digest[bit / 8] |= (byte) (value << bit % 8);
            digest[bit / 8 + 1] |= (byte) (value >> (8 - bit % 8));
        }
        return Optional.of(digest[length] == 0 ? Arrays.copyOf(digest, length) : digest);
    }
}
