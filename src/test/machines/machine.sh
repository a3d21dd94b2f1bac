# Sourced by the steps of ./dev check that need another machine: makes one of Debian's packages and runs commands on it.
set -euo pipefail
project=$(cd "$(dirname "$0")/../../.." && pwd)

# skip REASON: the step cannot run here; ./dev shows the reason and goes on.
skip() {
  echo "$*"
  exit 77
}

# make_machine NAME SUITE: a minimal root of this suite of Debian, in $machine; it is removed with the script's end.
make_machine() {
  [ "$(id -u)" = 0 ] || skip "only root can make another machine"
  command -v debootstrap > /dev/null || skip "there is no debootstrap"
  local mirror
  mirror=$(apt-get indextargets --format '$(SUITE) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2> /dev/null |
    awk '$1 !~ /-/ { print $2; exit }')
  [ -n "$mirror" ] || skip "apt knows no mirror of Debian"
  machine=$project/target/machines/$1
  rm -rf "$machine"
  mkdir -p "$machine"
  trap 'rm -rf "$machine"' EXIT
  debootstrap --variant=minbase "$2" "$machine" "$mirror" ||
    skip "debootstrap cannot make a root of $2; target/logs has its words"
  # Proxies and the like are the machine's own affair, so they come from it.
  apt-config dump Acquire > "$machine/etc/apt/apt.conf.d/99acquire"
  cp /etc/resolv.conf "$machine/etc/"
}

# on_machine COMMAND...: runs it in $machine with processes, System V memory and /dev/shm of its own. Nothing that is
# mounted for it is seen from outside.
on_machine() {
  unshare --mount --ipc --pid --fork --kill-child bash -c '
    machine=$1 && shift &&
    mount -t proc proc "$machine/proc" && mount --rbind /sys "$machine/sys" && mount --rbind /dev "$machine/dev" &&
    mount -t tmpfs shm "$machine/dev/shm" &&
    exec chroot "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} "$@"' bash "$machine" "$@"
}

# install PACKAGE...
install() {
  on_machine apt-get update -q
  on_machine env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
}

# copy_project: the sources, without what was built of them, to /root/sharray.
copy_project() {
  mkdir "$machine/root/sharray"
  tar -C "$project" --exclude=./target --exclude=./.git -c . | tar -C "$machine/root/sharray" -x
}
