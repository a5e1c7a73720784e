package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;

/**
 * Signatures of commits, checked by git with nothing but the keys that are given: neither what the user's configuration trusts
 * nor any OpenPGP keyring counts.
 */
public final class CommitSignatures {
    private static final String FORMAT = "--format=tformat:%H%x00%G?%x00%GF%x00%s%x00";
    private static final int FIELDS = 4;
    private static final long LARGEST_ANSWER = 64L << 20;
    private static final String GOOD = "G";

    private CommitSignatures() {}

    /** A commit that has no signature that counts, and why it does not. */
    public record Fault(CommitId commit, String subject, String why) {}

    /**
     * The first of the commits, in their order, without a good signature of an allowed signer.
     *
     * @param signers a file of allowed signers (ssh-keygen(1))
     */
    public static Optional<Fault> firstFault(
            ConfigRepository repository, List<CommitId> commits, String signers, Cancellation cancellation)
            throws StoreException, IOException {
        if (commits.isEmpty()) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("sourceos-signers-");
        Path allowed = folder.resolve("allowed");
        Path input = folder.resolve("commits");
        Path output = folder.resolve("answer");
        try {
            Files.writeString(allowed, signers);
            Files.writeString(input, commits.stream().map(id -> id.hex() + "\n").collect(Collectors.joining()));
            Files.createFile(output);
            repository
                    .git()
                    .toFile(
                            "check the signatures of commits of " + repository.place(),
                            input,
                            output,
                            LARGEST_ANSWER,
                            cancellation,
                            log(allowed).toArray(String[]::new));
            return fault(Files.readString(output), commits);
        } finally {
            for (Path file : List.of(allowed, input, output, folder)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static List<String> log(Path allowed) {
        List<String> words = new ArrayList<>();
        for (String setting : List.of(
                "gpg.ssh.allowedSignersFile=" + allowed,
                "gpg.ssh.program=ssh-keygen",
                // Other kinds of signatures are checked with keys that trust/ does not have.
                "gpg.program=false",
                "gpg.openpgp.program=false",
                "gpg.x509.program=false")) {
            words.addAll(List.of("-c", setting));
        }
        words.addAll(List.of(
                "log",
                "--no-walk=unsorted",
                "--stdin",
                "--no-show-signature",
                "--no-color",
                "--no-patch",
                "--encoding=UTF-8",
                FORMAT));
        return words;
    }

    private static Optional<Fault> fault(String answer, List<CommitId> commits) {
        String[] fields = answer.split("\0", -1);
        for (int i = 0; i < commits.size(); i++) {
            CommitId commit = commits.get(i);
            if (fields.length < (i + 1) * FIELDS || !fields[i * FIELDS].strip().equals(commit.hex())) {
                return Optional.of(new Fault(commit, "?", "git has no answer about its signature"));
            }
            String verdict = fields[i * FIELDS + 1];
            if (!verdict.equals(GOOD)) {
                String subject = fields[i * FIELDS + 3].replaceAll("\\p{Cntrl}", "?");
                return Optional.of(new Fault(commit, subject, why(verdict, fields[i * FIELDS + 2])));
            }
        }
        return Optional.empty();
    }

    private static String why(String verdict, String fingerprint) {
        return switch (verdict) {
            case "U" -> "it is signed with the key " + fingerprint + ", which nobody has who may push";
            case "B" -> "its signature is not one of this commit";
            case "N", "E" -> "it is not signed with SSH";
            default -> "its signature does not count (git says " + verdict + ")";
        };
    }
}
