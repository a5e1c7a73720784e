# What ./sourceos, ./check and ./bench do before anything else, for sh; sourced with $root set to the checkout.
#
# require_packages [test]  names and installs what Debian has to supply; with "test", what only the tests use as well
# build_program            makes target/dist: the jar, its class-data archive, and the three C programs

dist=$root/target/dist

say() {
    printf '%s\n' "$*" >&2
}

# Debian packages whose program (or file) is not there, one a line.
missing_packages() {
    kind=${1:-}
    have() { command -v "$1" > /dev/null 2>&1; }
    have javac || echo default-jdk-headless
    have mvn || echo maven
    have gcc || echo gcc
    have git || echo git
    have qemu-system-x86_64 || echo qemu-system-x86
    have bwrap || echo bubblewrap
    have mmdebstrap || echo mmdebstrap
    have stty || echo coreutils
    have setpriv || echo util-linux
    test -e /usr/include/stdio.h || echo libc6-dev
    # An ordinary user's base is made in a user namespace with a range of ids.
    test "$(id -u)" = 0 || have newuidmap || echo uidmap
    test "$kind" = test || return 0
    # Peers that what we write is held against, and what makes throw-away repositories and terminals.
    have fsck.erofs || echo erofs-utils
    have gpg || echo gnupg
    have make || echo make
    have setcap || echo libcap2-bin
    have age || echo age
    have script || echo bsdutils
}

require_packages() {
    missing=$(missing_packages "$@" | sort -u | tr '\n' ' ')
    missing=${missing% }
    test -n "$missing" || return 0
    if ! command -v apt-get > /dev/null 2>&1; then
        say "sourceos: needs $missing, and this is not a Debian system (no apt-get): install the programs they hold"
        exit 2
    fi
    if test "$(id -u)" != 0; then
        say "sourceos: these Debian packages are missing: $missing"
        say "  sudo apt-get install --no-install-recommends $missing"
        exit 2
    fi
    say "sourceos: installing from Debian: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list of names
    if ! DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends $missing > "$log" 2>&1; then
        # The usual reason: the package lists are missing or too old.
        if ! { DEBIAN_FRONTEND=noninteractive apt-get update &&
            DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends $missing; } > "$log" 2>&1; then
            tail -n 20 "$log" >&2
            rm -f "$log"
            say "sourceos: apt-get could not install $missing (its last lines are above); mend that and run this again"
            exit 2
        fi
    fi
    rm -f "$log"
}

# Whether something that $1 is made of is newer than it.
out_of_date() {
    made=$1
    shift
    test -e "$made" && test -z "$(find "$@" -type f -newer "$made" -print -quit 2> /dev/null)" && return 1
    return 0
}

build_program() {
    mkdir -p "$dist"
    # One builder at a time: two commands started together must not write the same files.
    exec 9> "$root/target/build.lock"
    if ! flock -n 9; then
        say "sourceos: waiting for another build of SourceOS in this checkout"
        flock 9
    fi
    java_version=$(javac -version 2>&1)
    if out_of_date "$dist/sourceos.jar" "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main ; then
        say "sourceos: building the program (Maven; about a minute the first time)"
        log=$root/target/maven.log
        package() {
            mvn -q -B -f "$root/pom.xml" -Dquick -Dmaven.test.skip=true "$@" package > "$log" 2>&1
        }
        # Maven remembers that a download failed; -U lets it try again.
        if ! package && ! package -U; then
            tail -n 30 "$log" >&2
            say "sourceos: Maven could not build the program (log: $log)"
            exit 1
        fi
        cp "$root/cli/target/sourceos.jar" "$dist/.sourceos.jar" && mv "$dist/.sourceos.jar" "$dist/sourceos.jar"
        rm -f "$dist/sourceos.jsa"
    fi
    compile "$dist/sourceos" -static "$root"/cli/src/main/c/*.c
    compile "$dist/guest-init" -static "$root"/launcher/src/main/c/*.c
    compile "$dist/confine" -static "$root"/launcher/src/main/c/confine/*.c
    ln -sfn ../../templates "$dist/templates"
    if test ! -e "$dist/sourceos.jsa" || test "$(cat "$dist/java-version" 2> /dev/null)" != "$java_version"; then
        # Classes loaded by a typical command, mapped instead of parsed at every later start.
        SOURCEOS_STORE=$root/target/warm-up java -XX:ArchiveClassesAtExit="$dist/.sourceos.jsa" -Xlog:disable \
            -XX:+UseSerialGC -Dsourceos.library="$dist" -Dsourceos.name=sourceos -cp "$dist/sourceos.jar" \
            org.sourceos.cli.Main warm-up > /dev/null 2>&1 || true
        rm -rf "$root/target/warm-up"
        if test -e "$dist/.sourceos.jsa"; then
            mv "$dist/.sourceos.jsa" "$dist/sourceos.jsa"
        fi
        printf '%s\n' "$java_version" > "$dist/java-version"
    fi
    exec 9>&-
}

# compile OUTPUT [-static] SOURCE...
compile() {
    output=$1
    shift
    if test "$1" = -static; then
        flags=-static
        shift
    else
        flags=
    fi
    out_of_date "$output" "$(dirname "$1")" || return 0
    # shellcheck disable=SC2086
    if ! gcc -std=gnu11 -D_GNU_SOURCE -Os -Wall -Wextra -Werror -fstack-protector-strong $flags -s -o "$output.new" "$@"; then
        say "sourceos: cannot compile $(basename "$output"): see gcc's messages above"
        exit 1
    fi
    mv "$output.new" "$output"
}
