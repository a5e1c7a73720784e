# Part of `./bench store`: a large tree of files in our store and in others, each run after the other in every round. Reads
# $work, $root, $dist, say and median of ./bench.
#
#   TREE_B, TREE_C   folders with the trees; made by mmdebstrap where they are not named (ten minutes, uses the network)
#   PEERS            a folder in which packages of ostree, casync and nix were unpacked (dpkg-deb -x), where they are not
#                    installed
#   RUNS             how many rounds (3)
rounds=${RUNS:-3}
tree_b=${TREE_B:-} tree_c=${TREE_C:-}
if test -n "${PEERS:-}"; then
    PATH=$PEERS/usr/bin:$PATH
    # not exported: what is installed has its own libraries
    peer_libraries=$PEERS/usr/lib/x86_64-linux-gnu:$PEERS/usr/lib/nix:$PEERS/lib/x86_64-linux-gnu
fi

# make_tree NAME PACKAGES APT-LINES...: a Debian system as a folder
make_tree() {
    mkdir "$work/$1"
    name=$1 packages=$2
    shift 2
    mmdebstrap --quiet --variant=minbase --include="$packages" bookworm - "$@" 2> /dev/null |
        tar -x -C "$work/$name" --exclude=./dev
}
debian=http://deb.debian.org/debian
if test -z "$tree_b"; then
    tree_b=$work/B
    make_tree B firefox-esr,vim-gtk3,gcc "deb $debian bookworm main"
fi
if test -z "$tree_c"; then
    tree_c=$work/C
    make_tree C firefox-esr,vim-gtk3,gcc,g++,git,python3 "deb $debian bookworm main" "deb $debian bookworm-updates main" \
        'deb http://deb.debian.org/debian-security bookworm-security main'
fi
printf '%-58s %8s\n' 'B: files, MB' "$(find "$tree_b" | wc -l) $(du -sm "$tree_b" | cut -f1)" \
    'C: files, MB' "$(find "$tree_c" | wc -l) $(du -sm "$tree_c" | cut -f1)" \
    'load at the beginning' "$(cut -d' ' -f1-3 /proc/loadavg)"

mkdir "$work/classes" "$work/peers"
javac -d "$work/classes" -cp "$dist/sourceos.jar" "$root/gitstore/src/bench/TreeInStore.java"

# once NAME COMMAND...: its wall time and processor time in ms, and the largest process's memory in MB, as a line of a file
once() {
    file=$1
    shift
    python3 -c 'import resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if status != 0:
    sys.exit("bench: failed with status %d: %s" % (status, " ".join(sys.argv[2:])))
with open(sys.argv[1], "a") as out:
    out.write("%d %d %d\n" % (wall * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss // 1024))' \
        "$work/$file" "$@" || return 1
}

# As the program starts its Java (cli/src/main/c/java.c), for one command and as the service.
ours() {
    once "$1" java -XX:+UseSerialGC -XX:-UsePerfData -XX:Tier4InvocationThreshold=30000 -XX:Tier4MinInvocationThreshold=20000 \
        -XX:Tier4CompileThreshold=60000 -cp "$work/classes:$dist/sourceos.jar" TreeInStore "$2" "$work/peers/ours" "$3" ${4:+"$4"}
}
# What the service does with B, first and again (nothing new), when it has taken C into another store before.
ours_warm() {
    java -XX:+UseSerialGC -XX:-UsePerfData -Xms32m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -cp "$work/classes:$dist/sourceos.jar" \
        TreeInStore warm "$work/peers/warm" B "$tree_b" "$work/peers/before" "$tree_c" "$work/warm-b" "$work/warm-again"
    rm -rf "$work/peers/warm" "$work/peers/before"
}
with_git() {
    once "$1" sh -c 'git -c core.compression=0 --git-dir="$1" --work-tree="$2" add -A . &&
        git -c core.compression=0 -c user.name=b -c user.email=b@b --git-dir="$1" --work-tree="$2" commit -qm x' \
        sh "$work/peers/git" "$2"
}
# As with_git, but what it wrote is on the disk when it ends, as with ours.
with_git_flushed() {
    git init -q --bare "$work/peers/git-flushed"
    git --git-dir="$work/peers/git-flushed" config core.fsync all
    git --git-dir="$work/peers/git-flushed" config core.fsyncMethod batch
    once "$1" sh -c 'git -c core.compression=0 --git-dir="$1" --work-tree="$2" add -A . &&
        git -c core.compression=0 -c user.name=b -c user.email=b@b --git-dir="$1" --work-tree="$2" commit -qm x' \
        sh "$work/peers/git-flushed" "$2"
    rm -rf "$work/peers/git-flushed"
}
# read_back TREE DISKS: how many entries Linux's own EROFS shows otherwise than the tree has them: content, kind, mode, owner, size,
# links, target.
read_back() {
    mkdir -p "$work/mounted"
    image=$(sed -n 1p "$2") pack=$(sed -n 2p "$2") loop=
    test -z "$pack" || loop=$(losetup -f --show -r "$pack" 2> /dev/null)
    if mount -t erofs -o "ro,loop${loop:+,device=$loop}" "$image" "$work/mounted" 2> /dev/null; then
        {
            diff -r --no-dereference "$1" "$work/mounted" || true
            listing "$1" > "$work/tree-listing"
            listing "$work/mounted" | diff "$work/tree-listing" - || true
        } | wc -l
        umount "$work/mounted"
    else
        echo 'not mounted'
    fi
    test -z "$loop" || losetup -d "$loop"
}
listing() { (cd "$1" && find . -type d -printf '%p %m %U %G\n' -o -printf '%p %y %m %U %G %s %n %l\n' | LC_ALL=C sort); }
peer() { env ${peer_libraries:+LD_LIBRARY_PATH="$peer_libraries"} "$@"; }
peer_once() {
    file=$1
    shift
    once "$file" env ${peer_libraries:+LD_LIBRARY_PATH="$peer_libraries"} "$@"
}
with_ostree() { peer_once "$1" ostree --repo="$work/peers/ostree" commit -b "$3" --tree=dir="$2"; }
with_casync() { peer_once "$1" casync make --store="$work/peers/casync.castr" "$work/peers/$3.caidx" "$2"; }
with_nix() {
    # Another store than the one of the system, made by whoever may.
    peer_once "$1" env NIX_STORE_DIR="$work/peers/nix/store" NIX_STATE_DIR="$work/peers/nix/var" \
        NIX_LOG_DIR="$work/peers/nix/log" NIX_CONF_DIR="$work/peers/nix/etc" NIX_CONFIG='build-users-group =' \
        nix-store --add "$2"
}
has() { command -v "$1" > /dev/null 2>&1; }
# try PROGRAM COMMAND...: where the program is installed; a peer that fails is left out
try() {
    has "$1" || return 0
    shift
    "$@" || say "bench: left out: $*"
}
size() { du -sm "$@" | awk '{ sum += $1 } END { print sum }'; }
megabytes() { echo "$2" >> "$work/$1"; }

i=0
while test "$i" -lt "$rounds"; do
    i=$((i + 1))
    rm -rf "$work/peers"
    mkdir -p "$work/peers/nix/etc"
    # The first to read a tree would read it from the disk for all others.
    tar -cf - "$tree_b" "$tree_c" 2> /dev/null | cat > /dev/null
    ours ours-b ingest B "$tree_b"
    git init -q --bare "$work/peers/git"
    with_git git-b "$tree_b"
    with_git_flushed git-flushed-b "$tree_b"
    try ostree peer ostree --repo="$work/peers/ostree" init --mode=bare
    try ostree with_ostree ostree-b "$tree_b" B
    try casync with_casync casync-b "$tree_b" B
    try nix-store with_nix nix-b "$tree_b"
    try mkfs.erofs once erofs-b mkfs.erofs "$work/peers/b.erofs" "$tree_b"
    rm -f "$work/peers/b.erofs"
    ours ours-again ingest B "$tree_b"
    ours ours-read ingest-all B "$tree_b"
    ours_warm
    before=$(size "$work/peers/ours")
    ours ours-packs packs B "$work/peers/list"
    megabytes ours-written $(($(size "$work/peers/ours") - before))
    ours ours-files files B "$work/peers/file-list"
    if test "$i" = 1 && test "$(id -u)" = 0; then
        packs_differ=$(read_back "$tree_b" "$work/peers/list") files_differ=$(read_back "$tree_b" "$work/peers/file-list")
    fi
    rm -rf "$work/peers/ours/disks"
    try ostree peer_once ostree-out ostree --repo="$work/peers/ostree" checkout -C B "$work/peers/out"
    rm -rf "$work/peers/out"
    if has mkfs.erofs && mkfs.erofs --help 2>&1 | grep -q -e --tar; then
        once git-out sh -c 'git --git-dir="$1" archive HEAD | mkfs.erofs --tar "$2"' sh "$work/peers/git" "$work/peers/out.erofs"
    elif has mkfs.erofs; then
        mkdir "$work/peers/out"
        once git-out sh -c 'git --git-dir="$1" archive HEAD | tar -x -C "$2" && mkfs.erofs "$2.erofs" "$2"' \
            sh "$work/peers/git" "$work/peers/out"
    fi
    rm -rf "$work/peers/out" "$work/peers/out.erofs"
    ours ours-c ingest C "$tree_c"
    with_git git-c "$tree_c"
    try ostree with_ostree ostree-c "$tree_c" C
    try casync with_casync casync-c "$tree_c" C
    try nix-store with_nix nix-c "$tree_c"
    megabytes ours-disk "$(size "$work/peers/ours/.git")"
    megabytes git-disk "$(size "$work/peers/git")"
    test ! -e "$work/ostree-c" || megabytes ostree-disk "$(size "$work/peers/ostree")"
    test ! -e "$work/casync-c" || megabytes casync-disk "$(size "$work"/peers/casync.castr "$work"/peers/*.caidx)"
    test ! -e "$work/nix-c" || megabytes nix-disk "$(size "$work/peers/nix/store")"
    ours ours-compact gc-compact B
    megabytes ours-compact-disk "$(size "$work/peers/ours/.git")"
    rm -rf "$work/peers/ours/disks"
    ours ours-compact-files packs B
    git --git-dir="$work/peers/ours/.git" fsck --full --strict --no-dangling 2> /dev/null || say 'bench: the compacted store is damaged'
done

# column FILE NUMBER: the median of a column
column() { cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
tree_row() {
    test -e "$work/$2" || return 0
    printf '%-58s %8.1f s  (processor %.1f s, memory %s MB)\n' "$1" "$(column "$2" 1)e-3" "$(column "$2" 2)e-3" "$(column "$2" 3)"
}
disk_row() { test ! -e "$work/$2" || printf '%-58s %8s MB\n' "$1" "$(column "$2" 1)"; }
# ratio TEXT FILE FILE COLUMN
ratio() {
    test ! -e "$work/$2" || test ! -e "$work/$3" ||
        awk -v t="$1" -v a="$(column "$2" "$4")" -v b="$(column "$3" "$4")" 'BEGIN { printf "%-58s %8.2f x\n", t, a / b }'
}
for who in ours git git-flushed ostree casync nix erofs; do
    tree_row "B into the store: $who" "$who-b"
done
for who in git git-flushed ostree casync nix; do
    ratio "  $who / ours, wall time" "$who-b" ours-b 1
    ratio "  $who / ours, processor time" "$who-b" ours-b 2
done
tree_row 'B again, nothing new: ours' ours-again
ratio '  of the first time, wall time' ours-again ours-b 1
ratio '  of the first time, processor time' ours-again ours-b 2
tree_row 'B again, all read: ours' ours-read
ratio '  of the first time, wall time' ours-read ours-b 1
ratio '  of the first time, processor time' ours-read ours-b 2
tree_row 'B into the store: ours, in a warm service' warm-b
ratio '  git / ours in a warm service, wall time' git-b warm-b 1
tree_row 'B again, nothing new: ours, in a warm service' warm-again
ratio '  of the first time, wall time' warm-again warm-b 1
ratio '  of the first time, processor time' warm-again warm-b 2
tree_row 'B to what boots: ours, out of the packs' ours-packs
disk_row '  newly written' ours-written
tree_row 'B to what boots: ours, copied' ours-files
printf '%-58s %8s\n' 'B read back by Linux, entries that differ: packs / copied' "${packs_differ:-[not root]} / ${files_differ:-[not root]}"
tree_row 'B to what boots: git archive, mkfs.erofs' git-out
ratio '  ours / git archive, mkfs.erofs, wall time' ours-packs git-out 1
tree_row 'B to what boots: ostree checkout -C' ostree-out
for who in ours git ostree casync nix; do
    disk_row "B and C on disk: $who" "$who-disk"
done
tree_row 'B and C compacted' ours-compact
disk_row 'B and C on disk: ours, compacted' ours-compact-disk
ratio '  ours, compacted / casync' ours-compact-disk casync-disk 1
tree_row 'B to what boots: ours, compacted' ours-compact-files
ratio '  ours / nix' ours-disk nix-disk 1
ratio '  ours / casync' ours-disk casync-disk 1
printf '%-58s %8s\n' 'load at the end' "$(cut -d' ' -f1-3 /proc/loadavg)"
