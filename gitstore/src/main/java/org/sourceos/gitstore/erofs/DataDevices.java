package org.sourceos.gitstore.erofs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.tree.FileContent;

/** The devices beside an image that hold contents of its files, by their tags, and what they hold. */
public interface DataDevices {
    /** An image that holds everything itself. */
    DataDevices NONE = new DataDevices() {
        @Override
        public List<Device> devices() {
            return List.of();
        }

        @Override
        public Optional<DataPlace> find(FileContent content) {
            return Optional.empty();
        }
    };

    /** @param tag at most 63 bytes of ASCII, by which whoever mounts the image finds the device */
    record Device(String tag, long blocks) {}

    List<Device> devices();

    Optional<DataPlace> find(FileContent content) throws IOException;
}
