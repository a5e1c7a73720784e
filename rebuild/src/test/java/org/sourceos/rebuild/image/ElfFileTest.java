package org.sourceos.rebuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

final class ElfFileTest {
    @TempDir
    Path temp;

    @Test
    void readsWhatTheLinkerWrote() throws Exception {
        Files.writeString(temp.resolve("lib.c"), "int answer(void) { return 42; }\n");
        Files.writeString(temp.resolve("main.c"), "int answer(void);\nint main(void) { return answer(); }\n");
        gcc("-shared", "-fPIC", "-Wl,-soname,libanswer.so.3", "-o", "libanswer.so", "lib.c");
        gcc("-o", "main", "main.c", "libanswer.so", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib:/opt/lib");
        gcc("-o", "old", "main.c", "libanswer.so", "-Wl,--disable-new-dtags,-rpath,/opt/old");
        gcc("-c", "-o", "lib.o", "lib.c");

        ElfFile library = read("libanswer.so");
        assertThat(library.soname()).contains("libanswer.so.3");
        assertThat(library.interpreter()).isEmpty();
        assertThat(library.type()).isEqualTo(ElfFile.Type.SHARED);

        ElfFile main = read("main");
        assertThat(main.needed()).startsWith("libanswer.so.3").anyMatch(name -> name.startsWith("libc.so"));
        assertThat(main.interpreter()).get().asString().contains("ld-linux");
        assertThat(main.runpath()).containsExactly("$ORIGIN/../lib", "/opt/lib");
        assertThat(main.rpath()).isEmpty();
        assertThat(main.is64()).isTrue();

        assertThat(read("old").rpath()).containsExactly("/opt/old");
        assertThat(read("lib.o").type()).isEqualTo(ElfFile.Type.RELOCATABLE);
    }

    @Test
    void readsStaticProgramsAsNeedingNothing() throws Exception {
        Files.writeString(temp.resolve("main.c"), "int main(void) { return 0; }\n");
        gcc("-static", "-o", "main", "main.c");
        ElfFile main = read("main");
        assertThat(main.needed()).isEmpty();
        assertThat(main.interpreter()).isEmpty();
    }

    @Property(tries = 500)
    void takesAnyBytesWithoutHarm(@ForAll @Size(max = 400) byte[] bytes) {
        byte[] file = bytes.clone();
        if (file.length > 6) {
            System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, file, 0, 4);
        }
        assertThat(ElfFile.parse(file)).isNotNull();
    }

    @Test
    void takesDamagedProgramsWithoutHarm() throws Exception {
        Files.writeString(temp.resolve("main.c"), "int main(void) { return 0; }\n");
        gcc("-o", "main", "main.c");
        byte[] whole = Files.readAllBytes(temp.resolve("main"));
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = Arrays.copyOf(whole, i % 4 == 0 ? random.nextInt(whole.length) : whole.length);
            for (int j = 0; j < 4 && damaged.length > 0; j++) {
                damaged[random.nextInt(Math.min(damaged.length, i % 2 == 0 ? 1024 : damaged.length))] =
                        (byte) random.nextInt();
            }
            Optional<ElfFile> parsed = ElfFile.parse(damaged);
            assertThat(parsed).isNotNull();
        }
    }

    private void gcc(String... arguments) throws Exception {
        new ProcessRunner()
                .output(
                        Command.of("gcc")
                                .withArguments(Arrays.asList(arguments))
                                .withDirectory(temp),
                        new Cancellation());
    }

    private ElfFile read(String name) throws Exception {
        return ElfFile.parse(Files.readAllBytes(temp.resolve(name))).orElseThrow();
    }
}
