import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Configuration;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.host.Cancellation;

/** Makes a store with so many generations, each of a commit of its own: {@code ManyGenerations STORE COUNT}. */
final class ManyGenerations {
    public static void main(String[] args) throws Exception {
        try (BuildCache cache = BuildCache.open(Path.of(args[0]), new Cancellation())) {
            Generations generations = new Generations(cache);
            for (int i = 1; i <= Integer.parseInt(args[1]); i++) {
                Generation made = generations.record(
                        new Configuration(Optional.of(String.format("%040x", i)), "change " + i),
                        List.of(),
                        "{\"n\":" + i + "}",
                        new TreeMap<>(),
                        Instant.EPOCH.plusSeconds(i));
                generations.makeCurrent(made);
            }
        }
    }
}
