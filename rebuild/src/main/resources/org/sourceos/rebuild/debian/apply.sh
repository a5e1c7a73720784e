#!/bin/sh
# Runs inside a new Debian root, after its packages are there, and makes it what the lists beside this file say.
# Each line of a list is one thing, its fields ended by US (octal 37). What cannot be done is a note, and the rest goes on.
here=/sourceos-export
US=$(printf '\037')

note() { printf 'sourceos-note: %s\n' "$*"; }
has() { command -v "$1" > /dev/null; }

while IFS=$US read -r name gid; do
    if getent group "$name" > /dev/null; then
        test -z "$gid" || groupmod -g "$gid" "$name"
    else
        groupadd ${gid:+-g "$gid"} "$name"
    fi || note "the group $name could not be made as it is described"
done < $here/groups

while IFS=$US read -r name uid gid home shell description; do
    if test -n "$gid" && ! getent group "$gid" > /dev/null; then
        groupadd -g "$gid" "$name" || note "the group $name with the number $gid could not be made"
    fi
    set -- -c "$description" -s "$shell"
    test -z "$home" || set -- "$@" -d "$home"
    test -z "$uid" || set -- "$@" -u "$uid"
    test -z "$gid" || set -- "$@" -g "$gid"
    if getent passwd "$name" > /dev/null; then
        usermod "$@" "$name"
    else
        useradd -m ${gid:+-N} -K UID_MIN=1 "$@" "$name"
    fi || note "the account $name could not be made as it is described"
done < $here/accounts

while IFS=$US read -r name shell; do
    usermod -s "$shell" "$name" || note "$name could not be given the shell $shell"
done < $here/shells

while IFS=$US read -r user group; do
    usermod -a -G "$group" "$user" || note "$user could not become a member of $group"
done < $here/members

while IFS=$US read -r path to package; do
    if test -n "$package"; then set -- --package "$package"; else set -- --local; fi
    dpkg-divert --quiet "$@" --divert "$to" --rename --add "$path" || note "$path could not be diverted to $to"
done < $here/diversions

while IFS=$US read -r number mode owner group path; do
    install -D -m "$mode" -o "$owner" -g "$group" "$here/files/$number" "$path" ||
        note "the file $path could not be put there with the mode $mode, owner $owner and group $group"
done < $here/list

while IFS=$US read -r path target; do
    mkdir -p "$(dirname "$path")"
    if test -d "$path" && ! test -L "$path"; then
        note "$path is a folder and could not become a link to $target"
    else
        ln -sfn "$target" "$path" || note "the link $path could not be made"
    fi
done < $here/links

while IFS= read -r path; do
    rm -f "$path" || note "$path could not be removed"
done < $here/removed

while IFS=$US read -r path owner group mode; do
    dpkg-statoverride --quiet --update --add "$owner" "$group" "$mode" "$path" ||
        note "$path could not be given the owner $owner, group $group and mode $mode"
done < $here/permissions

while IFS=$US read -r name path; do
    update-alternatives --quiet --set "$name" "$path" || note "$path could not become the alternative $name"
done < $here/alternatives

while IFS=$US read -r verb unit; do
    if has systemctl; then
        systemctl "$verb" "$unit" > /dev/null 2>&1 < /dev/null || note "systemctl could not $verb $unit"
    else
        note "there is no systemd to $verb $unit"
    fi
done < $here/units

# mmdebstrap installs by name what others only recommend or need. Required packages stay marked: nothing else would keep them.
apt-mark auto $(apt-mark showmanual) > /dev/null
dpkg-query --show --showformat '${Package} ${Priority}\n' | sed -n 's/ required$//p' | xargs apt-mark manual > /dev/null
while IFS= read -r name; do
    apt-mark manual "$name" > /dev/null
done < $here/chosen

while IFS= read -r name; do
    apt-mark hold "$name" > /dev/null || note "$name could not be held at its version"
done < $here/holds

if test -s /etc/locale.gen && has locale-gen; then
    locale-gen > /dev/null || note "the languages of /etc/locale.gen could not be generated"
fi

if test -s $here/cmdline; then
    if test -f /etc/default/grub; then
        line=$(sed 's/[\\&|]/\\&/g' $here/cmdline)
        sed -i -e "s|^GRUB_CMDLINE_LINUX_DEFAULT=.*|GRUB_CMDLINE_LINUX_DEFAULT=\"$line\"|" \
            -e 's|^GRUB_CMDLINE_LINUX=.*|GRUB_CMDLINE_LINUX=""|' /etc/default/grub
    else
        mkdir -p /etc/kernel
        cp $here/cmdline /etc/kernel/cmdline
    fi
fi

if test -d $here/sources; then
    rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
    cp $here/sources/* /etc/apt/sources.list.d/
fi

# What the making of it left: of the machine it was made on.
rm -f /etc/apt/apt.conf.d/99mmdebstrap /etc/apt/preferences.d/sourceos-export-pins /etc/resolv.conf
rm -rf $here
