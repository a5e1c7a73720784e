package org.sourceos.launcher.limit;

import java.util.ArrayList;
import java.util.List;
import org.sourceos.launcher.LaunchException;

/** Numbers of processors as the kernel and taskset(1) write them: {@code 0,4-7}. */
final class ProcessorList {
    private static final int MOST = 4096;

    private ProcessorList() {}

    /** In the order of the text. */
    static List<Integer> parse(String text) throws LaunchException {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.strip().split(",", -1)) {
            if (!part.matches("[0-9]{1,4}(-[0-9]{1,4})?")) {
                throw new LaunchException(
                        "\"" + text + "\" is no list of processors; write their numbers, such as 0,4-7");
            }
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (last < first || last >= MOST) {
                throw new LaunchException("\"" + text + "\" is no list of processors: " + part
                        + " does not go upwards, or beyond " + (MOST - 1));
            }
            for (int number = first; number <= last; number++) {
                numbers.add(number);
            }
        }
        return List.copyOf(numbers);
    }
}
