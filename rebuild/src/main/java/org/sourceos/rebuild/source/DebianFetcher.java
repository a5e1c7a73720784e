package org.sourceos.rebuild.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.apt.AptState;

/**
 * A Debian source package through the machine's apt. What identifies it is the SHA-256 of its {@code .dsc}, which names the
 * hashes of all its other files; those are checked here too.
 */
final class DebianFetcher {
    /** How far back to look on a mirror that is behind its own index. */
    private static final int OLDER_VERSIONS = 12;

    private final SourceStore store;
    private final AptState apt;

    DebianFetcher(SourceStore store, AptState apt) {
        this.store = store;
        this.apt = apt;
    }

    FetchedSource fetch(SourceLocation.Debian location, FetchRequest request) throws RebuildException {
        Optional<String> version = request.pin().flatMap(SourcePin::exact).or(location::version);
        try {
            return fetch(location, version, request);
        } catch (RebuildException e) {
            if (version.isPresent() || e.kind() != Kind.GONE) {
                throw e;
            }
            return fetchOlder(location, request, e);
        }
    }

    /**
     * A mirror's index may list a new version before the mirror has its files. What is not pinned yet may as well be the
     * version before: it is in the same signed index.
     */
    private FetchedSource fetchOlder(SourceLocation.Debian location, FetchRequest request, RebuildException newest)
            throws RebuildException {
        List<String> versions = apt.sourceVersions(location.name(), request.listener(), request.cancellation());
        for (String older : versions.subList(Math.min(1, versions.size()), Math.min(OLDER_VERSIONS, versions.size()))) {
            try {
                FetchedSource source = fetch(location, Optional.of(older), request);
                request.listener()
                        .warning("the mirror lists " + location.name() + " " + versions.get(0)
                                + " but does not have it yet; took " + older + " (`sourceos lock --update "
                                + location.name() + "` tries again)");
                return source;
            } catch (RebuildException e) {
                if (e.kind() != Kind.GONE) {
                    throw e;
                }
            }
        }
        throw newest;
    }

    private FetchedSource fetch(SourceLocation.Debian location, Optional<String> version, FetchRequest request)
            throws RebuildException {
        String what = "cannot fetch " + request.text();
        return store.inTemporaryFolder(what, request.cancellation(), folder -> {
            Path file = apt.downloadSource(
                    location.name(), version, folder, request.listener(), request.step(), request.cancellation());
            byte[] text = Files.readAllBytes(file);
            String digest = Digest.of(text).hex();
            DebianDescription description = DebianDescription.parse(new String(text, StandardCharsets.UTF_8))
                    .orElseThrow(() -> new RebuildException(
                            Kind.FETCH_FAILED,
                            what + ": its " + file.getFileName() + " does not list files with SHA-256 hashes"));
            request.check(
                    digest,
                    "the archive offers another " + file.getFileName() + " of the same version; find out why, then run"
                            + " `sourceos lock --update " + location.name() + "`");
            List<Path> files = new ArrayList<>(List.of(file));
            for (Map.Entry<String, DebianDescription.ListedFile> listed :
                    description.files().entrySet()) {
                files.add(verify(what, folder.resolve(listed.getKey()), listed.getValue()));
            }
            StoredLayer layer = store.ingest(request.text(), DownloadedFiles.of(files), request.cancellation());
            SourcePin pin = new SourcePin(
                    digest, Optional.of(description.upstreamVersion()), Optional.of(description.version()));
            return store.publish(request.text(), pin, FetchedSource.Kind.DEBIAN, layer);
        });
    }

    private static Path verify(String what, Path file, DebianDescription.ListedFile listed)
            throws RebuildException, IOException {
        if (!Files.isRegularFile(file)) {
            throw new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the file " + file.getFileName() + " that its .dsc lists was not delivered");
        }
        String actual = Digest.ofFile(file).hex();
        if (!actual.equals(listed.sha256())) {
            throw new RebuildException(
                    Kind.HASH_MISMATCH,
                    what + ": the file " + file.getFileName() + " is not the one its .dsc lists; nothing was stored\n"
                            + "  expected SHA-256 " + listed.sha256() + "\n  fetched  SHA-256 " + actual
                            + "\nthe mirror is broken or being updated; try again later or use another");
        }
        return file;
    }
}
