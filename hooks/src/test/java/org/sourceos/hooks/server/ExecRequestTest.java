package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecRequestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "git-receive-pack 'system'",
                "git receive-pack '/system'",
                "git-receive-pack '/system.git'",
                "git-receive-pack 'system.git/'"
            })
    void readsWhatGitWrites(String command) {
        assertThat(ExecRequest.parse(command)).contains(new ExecRequest(ExecRequest.Service.RECEIVE_PACK, "system"));
    }

    @Test
    void knowsBothServices() {
        assertThat(ExecRequest.parse("git-upload-pack 'a_b-1'"))
                .contains(new ExecRequest(ExecRequest.Service.UPLOAD_PACK, "a_b-1"));
    }

    @Test
    void knowsWhatWasBuiltElsewhere() {
        assertThat(ExecRequest.parse("git-receive-pack '/system/closure'"))
                .contains(new ExecRequest(ExecRequest.Service.RECEIVE_CLOSURE, "system"));
        assertThat(ExecRequest.parse("git-upload-pack 'system/closure'"))
                .contains(new ExecRequest(ExecRequest.Service.LIST_CLOSURE, "system"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git-receive-pack 'closure/closure/closure'",
                "git-receive-pack '/system/closure/'",
                "git-receive-pack '/system/closure/../..'",
                "git-receive-pack '/system.git/closure'",
                "git-receive-pack '/closure '",
                "",
                "sh",
                "git-receive-pack",
                "git-receive-pack system",
                "git-receive-pack  'system'",
                "git-receive-pack 'system' ",
                "git-receive-pack 'system'\n",
                "git-receive-pack 'system\n'",
                "git-receive-pack '../system'",
                "git-receive-pack '//system'",
                "git-receive-pack '/srv/system'",
                "git-receive-pack '~/system'",
                "git-receive-pack '-system'",
                "git-receive-pack '.git'",
                "git-receive-pack 'sys'tem'",
                "git-receive-pack \"system\"",
                "git-receive-pack 'system';id",
                "git-receive-pack '$(id)'",
                "git-receive-pack 'syst\u0000em'",
                "git-upload-archive 'system'",
                "GIT-receive-pack 'system'"
            })
    void readsNothingElse(String command) {
        assertThat(ExecRequest.parse(command)).isEmpty();
    }

    @Property
    void neverGivesAnythingButAName(@ForAll String text) {
        assertThat(ExecRequest.parse("git-receive-pack '" + text + "'").stream())
                .allMatch(request -> request.repository().matches("[A-Za-z0-9_-]+"));
    }
}
